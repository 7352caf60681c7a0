/**
 * What becomes of a version whose creation has failed, or that nobody waits for any more. Called by create.ts.
 */
import type { Request } from '../cloudformation/request.ts';
import { whileCleaningUp, whileNobodyWaits } from '../deadlines.ts';
import { OutOfTime, ProviderError, type Superseded } from '../errors.ts';
import { persist } from '../persist.ts';
import type { StepDependencies } from './dependencies.ts';
import { isPrompt } from './fence.ts';
import { giveBackAliases } from './give-back.ts';
import { namedBy } from './image-version-arn.ts';
import { ownershipAlias, requestHash } from './ownership.ts';
import { notCreatedId } from './physical-resource-id.ts';
import type { ImageVersionProperties } from './properties.ts';
import { remove } from './remove.ts';

/** What is wanted, and the number of the version it replaces: 0 if none, or if that is of another image. */
export interface Wanted {
  readonly properties: ImageVersionProperties;
  readonly predecessor: number;
}

/** What an attempt knows of having made. */
export interface Traces {
  ImageVersionArn: string | undefined;
  /** This very invocation made it, no earlier delivery; or may have, where SageMaker's answer was lost. */
  isMadeHere: boolean;
  /** Nobody has looked yet whether there is a version of this request, or a call was made whose answer never came. */
  mayHaveMade: boolean;
}

/**
 * What a failed creation has left: nothing, nothing that it was allowed to look for, something that could not be looked
 * for, or a version that would not go.
 */
export type LeftBehind = 'nothing' | 'denied' | 'unconfirmed' | { readonly ImageVersionArn: string };

export interface FailedCreation {
  readonly outcome: 'failed';
  readonly error: ProviderError;
  readonly left: LeftBehind;
}

/** Gives back what was taken and removes what was made; says in the Reason where that did not work. */
export async function cleanUp(
  request: Request,
  { properties: { ImageName, Aliases }, predecessor }: Wanted,
  { ImageVersionArn, isMadeHere, mayHaveMade }: Traces,
  error: ProviderError,
  dependencies: StepDependencies,
): Promise<FailedCreation> {
  const { imageVersions, log } = dependencies;
  const patient = { ...dependencies, deadlines: whileCleaningUp(dependencies.deadlines) };
  const details = { code: error.code, error, ImageVersionArn };
  // What is gone was mostly cancelled, which is nothing to be woken for.
  if (ImageVersionArn !== undefined && error.code === 'NotFound') log.warn('The new version is gone', details);
  else log.error('The version could not be created', details);
  let arn = ImageVersionArn;
  try {
    if (arn === undefined && mayHaveMade) {
      const Alias = ownershipAlias(request, predecessor);
      const made = await persist(() => imageVersions.describeImageVersionByAlias({ ImageName, Alias }), patient);
      const isDenied = error.code === 'AccessDenied' && !isMadeHere && isPrompt(request, dependencies);
      if (made === undefined) return { outcome: 'failed', error, left: isDenied ? 'denied' : 'unconfirmed' };
      arn = made.ImageVersionArn;
    }
    if (arn !== undefined) {
      const version = namedBy(arn, ImageName);
      await giveBackAliases(request, version, Aliases, patient, { isCertain: true });
      await remove(version, patient);
      const left = await persist(() => imageVersions.listAliases({ ImageName }), patient);
      if (left.includes(ownershipAlias(request, predecessor))) return { outcome: 'failed', error, left: 'unconfirmed' };
    }
    return { outcome: 'failed', error, left: 'nothing' };
  } catch (thrown) {
    // Past the deadline no later invocation may come: what is left is for the Delete that follows.
    if (thrown instanceof OutOfTime && dependencies.clock.now() < dependencies.deadlines.request) throw thrown;
    const second = ProviderError.from(thrown);
    log.error('What was made could not be removed', { code: second.code, error: second, ImageVersionArn: arn });
    const both = new ProviderError(
      error.code,
      arn === undefined
        ? `${error.message} Whether it has made a version could not be looked up: ${second.message}`
        : `${error.message} What it made could not be removed: ${second.message}`,
      {
        cause: error,
      },
    );
    return { outcome: 'failed', error: both, left: arn === undefined ? 'unconfirmed' : { ImageVersionArn: arn } };
  }
}

/**
 * Removes what a superseded request has made, if nobody can refer to it. Nobody waits for that: it may take as long as
 * SageMaker does.
 *
 * @throws OutOfTime when this invocation cannot wait any longer
 */
export async function abandon(
  request: Request,
  wanted: Wanted,
  traces: Traces,
  superseded: Superseded,
  dependencies: StepDependencies,
): Promise<void> {
  const unhurried = { ...dependencies, deadlines: whileNobodyWaits(dependencies.deadlines) };
  try {
    if (!(await isUnclaimed(request, wanted, traces, unhurried))) return;
    await cleanUp(request, wanted, traces, ProviderError.from(superseded), unhurried);
  } catch (thrown) {
    if (thrown instanceof OutOfTime) throw thrown;
    const { ImageVersionArn } = traces;
    dependencies.log.error('What nobody waits for could not be removed', { ImageVersionArn, error: thrown });
  }
}

/**
 * Whether nobody refers to what a superseded request has made: it was never CREATED, or CloudFormation says that the
 * resource is something else than what this invocation made. What an earlier one made may have been retained since; but
 * not if the request was answered with the id that stands for nothing.
 */
async function isUnclaimed(
  request: Request,
  { properties: { ImageName } }: Wanted,
  { ImageVersionArn, isMadeHere }: Traces,
  dependencies: StepDependencies,
): Promise<boolean> {
  const { imageVersions, stacks } = dependencies;
  if (ImageVersionArn === undefined) return false;
  const made = namedBy(ImageVersionArn, ImageName);
  const version = await persist(() => imageVersions.describeImageVersion(made), dependencies);
  if (version?.ImageVersionStatus === 'CREATE_FAILED' || version?.ImageVersionStatus === 'CREATING') return true;
  const resource = await stacks.currentResource(request.StackId, request.LogicalResourceId);
  if (resource === undefined || resource === 'gone') return resource === 'gone' && isMadeHere;
  const { PhysicalResourceId } = resource;
  return (
    PhysicalResourceId === notCreatedId(requestHash(request)) || (isMadeHere && PhysicalResourceId !== ImageVersionArn)
  );
}
