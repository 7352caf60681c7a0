/**
 * The Reasons that the provider answers with, word for word: a test that asserts one takes it from here.
 */
import { baseImage } from './builders.ts';

export const notAuthorized = 'SageMaker refused: AccessDeniedException: Not authorized.';
export const notReached = 'SageMaker could not be reached (ECONNRESET).';
export const defect = 'The provider itself failed unexpectedly; its log has the details.';
export const noTimeToBegin = 'The time for the request had run out before this could be done. Try again.';

/** What a call was refused with until the time for the request had run out, however often that was. */
export function triedAgain(reason: string, after: string = ''): unknown {
  return expect.stringMatching(new RegExp(`^${quoted(reason)} It was tried (once|\\d+ times)\\.${quoted(after)}$`));
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

export function goneBeforeCreated(Version: number): string {
  return (
    `The new version ${Version} of image my-image is gone before it was CREATED: the request was cancelled, another ` +
    'delivery of it has failed, or somebody has deleted it. Try again.'
  );
}

export function goneBeforeAliases(Version: number): string {
  return (
    `Version ${Version} of image my-image is gone before it had its aliases: the request was cancelled, or somebody has ` +
    'deleted it. Try again.'
  );
}

export function notRemoved(reason: string): string {
  return ` What it made could not be removed: ${reason}`;
}

export function notLookedUp(reason: string): string {
  return ` Whether it has made a version could not be looked up: ${reason}`;
}

export function stillChanging(Version: number, status: string): string {
  return `Version ${Version} of image my-image was still ${status} when the time for the request had run out.`;
}

export function unknownArn(arn: string): string {
  return `SageMaker answered with an ARN of no known form: ${arn}.`;
}

export function holderUnseen(alias: string): string {
  return `Image my-image has the alias ${alias}, but the version that bears it cannot be described.`;
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
    `In image my-image, ${places.join(' and ')}; an alias can be on one version only. ` +
    'Remove it there, or declare another one.'
  );
}

export function holderUnready(alias: string, Version: number, status: string): string {
  return `In image my-image, alias ${alias} is on version ${Version}, which is ${status}.`;
}

export function deletionFailed(Version: number, FailureReason = 'No such image'): string {
  return (
    `SageMaker could not delete version ${Version} of image my-image. FailureReason: ${FailureReason}. ` +
    'Detach it from domains, spaces and user profiles that use it.'
  );
}

export function stillShown(Version: number): string {
  return `SageMaker still shows version ${Version} of image my-image although it was deleted.`;
}

/** The end of every Reason of a Delete that leaves this version. */
export function deleteYourself(Version: number): string {
  return (
    ' Then, if the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again; else leave the stack as it is, and delete ' +
    `this version alone: aws sagemaker delete-image-version --image-name my-image --version ${Version}`
  );
}

export function cannotGuess(versions: string): string {
  return (
    'CloudFormation did not tell the provider since when this stack operation runs, so it cannot know which of the ' +
    `versions ${versions} of image my-image the cancelled Create has made. See that the provider's role may call ` +
    'cloudformation:DescribeStacks, and try again.'
  );
}
