/**
 * The Reasons that the provider answers with, word for word: a test that asserts one takes it from here.
 */
import { baseImage, createRequest, versionArn } from './builders.ts';

const { StackId } = createRequest();
const region = 'eu-west-1';

export const notAuthorized = 'SageMaker refused: AccessDeniedException: Not authorized.';
export const notReached = 'SageMaker could not be reached (ECONNRESET).';
export const defect = 'The provider failed unexpectedly. Read its log, and report the error.';
export const noTimeToBegin =
  'The time for the request ended before the provider could create or update the version. Try again.';

/** What a call was refused with until the time for the request had run out, however often that was. */
export function triedAgain(reason: string, after: string = ''): unknown {
  return expect.stringMatching(
    new RegExp(`^${quoted(reason)} The provider tried (once|\\d+ times)\\.${quoted(after)}$`),
  );
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function invalidProperties(...problems: readonly string[]): string {
  return `The template's properties are not valid: ${problems.join('; ')}.`;
}

export function creationFailed(
  Version: number,
  BaseImage: string = baseImage,
  FailureReason = 'No such image',
): string {
  return (
    `SageMaker could not create version ${Version} of image my-image from ${BaseImage}. FailureReason: ${FailureReason}. ` +
    "Check that BaseImage exists in ECR and that the image's role may read it, then try again."
  );
}

export function notAdopted(obstacles: string): string {
  return `The resource cannot adopt version 1 of image my-image: ${obstacles}`;
}

export function goneBeforeCreated(Version: number): string {
  return (
    `The new version ${Version} of image my-image disappeared before it was CREATED. CloudFormation cancelled the request, ` +
    'another delivery of it failed, or somebody deleted the version. Look at the other events of the stack, then try again.'
  );
}

export function goneBeforeAliases(Version: number): string {
  return (
    `Version ${Version} of image my-image disappeared, or lost its ownership alias, before it had its aliases. CloudFormation cancelled the request, or ` +
    'somebody deleted the version. Look at the other events of the stack, then try again.'
  );
}

const triesAgain = ' The rollback or the next Delete of the resource tries again.';

export function notRemoved(Version: number, reason: string): string {
  return (
    ` The provider could not remove the version that the request had created: ${versionArn(Version)}. Cause: ${reason}` +
    triesAgain
  );
}

export function notLookedUp(reason: string): string {
  return ` The provider could not find out whether it had created a version of image my-image. Cause: ${reason}${triesAgain}`;
}

export function stillChanging(Version: number, status: string): string {
  return (
    `Version ${Version} of image my-image was still ${status} when the time for the request ended. ` +
    'If the template sets a short ServiceTimeout, raise it. Then try again.'
  );
}

export function unknownArn(arn: string): string {
  return `SageMaker returned an ARN of unknown form: ${arn}. Report this error.`;
}

export function holderUnseen(alias: string): string {
  return (
    `Image my-image has the alias ${alias}, but SageMaker does not describe the version that has this alias. ` +
    "Check that the provider's role may call sagemaker:DescribeImageVersion, then try again."
  );
}

const madeBy = {
  'another stack': 'which another stack has made',
  'no stack': 'which was not made with this provider',
} as const;

export function aliasesElsewhere(
  ...holders: readonly (readonly [alias: string, Version: number, by: keyof typeof madeBy])[]
): string {
  const places = holders.map(([alias, Version, by]) => `alias ${alias} is on version ${Version}, ${madeBy[by]}`);
  return (
    `In image my-image, ${places.join(' and ')}. An alias can be on one version only: ` +
    'remove it from that version and from any template that declares it, or declare another alias.'
  );
}

export function holderUnready(alias: string, Version: number, status: string): string {
  return (
    `In image my-image, alias ${alias} is on version ${Version}, which is ${status}. ` +
    'Try again when that version is CREATED or gone. If it is CREATE_FAILED, delete it.'
  );
}

export function rollbackDisabled(Version: number): string {
  return (
    `This update has to replace version ${Version} of image my-image, but rollback is disabled for the stack, and ` +
    `CloudFormation then accepts no replacement. The provider changed nothing. If stack ${StackId} was ever CREATE_COMPLETE or ` +
    `UPDATE_COMPLETE, run aws cloudformation rollback-stack --stack-name ${StackId}, which undoes every update since then, ` +
    'and deploy this update with rollback enabled. If that stack never was, do not run the command, because it deletes ' +
    'the stack. Then, or if you get this Reason again, give the resource another logical id in the template.'
  );
}

export function deletionFailed(Version: number, FailureReason = 'No such image'): string {
  return (
    `SageMaker could not delete version ${Version} of image my-image. FailureReason: ${FailureReason}. ` +
    'Detach it from the domains, spaces and user profiles that use it: ' +
    `npx --no sagemaker-image-version-provider used-by --region ${region} my-image/${Version} lists them.`
  );
}

export function stillShown(Version: number): string {
  return `SageMaker still returns version ${Version} of image my-image although the provider deleted it. Try again later.`;
}

const afterFailedDelete =
  ' If the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again afterwards. Otherwise keep the stack, and';

/** The end of every Reason of a Delete that could not delete this version. */
export function deleteYourself(Version: number): string {
  const command = `aws sagemaker delete-image-version --region ${region} --image-name my-image --version-number ${Version}`;
  return `${afterFailedDelete} delete this version alone: ${command}`;
}

/** The end of every other Reason of a Delete. */
export const lookForOrphans =
  `${afterFailedDelete} look for versions that are left: ` +
  `npx --no sagemaker-image-version-provider orphans --region ${region}`;

export function cannotGuess(versions: string): string {
  return (
    'CloudFormation did not show the cancelled Create, so the provider could not find out which of the versions ' +
    `${versions} of image my-image the cancelled Create made, and deleted none of them. ` +
    "Check that the provider's role may call cloudformation:DescribeStackEvents." +
    lookForOrphans
  );
}
