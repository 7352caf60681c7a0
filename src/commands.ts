/**
 * The commands that Reasons and log messages contain. Each has a Region, because the default of the person who runs it
 * may be another one, in which the same image exists. https://docs.aws.amazon.com/cli/latest/reference/sagemaker/
 */
import type { Request } from './cloudformation/request.ts';
import type { VersionOfImage } from './sagemaker/image-versions.ts';

type InStack = Pick<Request, 'StackId'>;

/** Lists the versions that no stack refers to. */
export function orphansCommand(request: InStack): string {
  return `npx --no sagemaker-image-version-provider orphans --region ${regionOf(request)}`;
}

/** Lists what uses the version in Studio. */
export function usersCommand(request: InStack, { ImageName, Version }: VersionOfImage): string {
  return `npx --no sagemaker-image-version-provider used-by --region ${regionOf(request)} ${ImageName}/${Version}`;
}

/** Deletes the version. */
export function deleteCommand(request: InStack, { ImageName, Version }: VersionOfImage): string {
  return `aws sagemaker delete-image-version --region ${regionOf(request)} --image-name ${ImageName} --version-number ${Version}`;
}

/** Removes the aliases from the version. */
export function removeAliasesCommand(
  request: InStack,
  { ImageName, Version }: VersionOfImage,
  aliases: readonly string[],
): string {
  return (
    `aws sagemaker update-image-version --region ${regionOf(request)} --image-name ${ImageName} --version-number ${Version} ` +
    `--aliases-to-delete ${aliases.join(' ')}`
  );
}

/**
 * The advice after a failed Delete. A new deletion of the stack repeats the Delete. In the clean-up after an update,
 * CloudFormation tries only three times, and the stack works.
 *
 * @param left what to do about a version that is left
 */
export function afterFailedDelete(left: string): string {
  return `If the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again afterwards. Otherwise keep the stack, and ${left}`;
}

function regionOf({ StackId }: InStack): string {
  const [, , , region = ''] = StackId.split(':');
  return region;
}
