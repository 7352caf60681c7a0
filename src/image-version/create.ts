/**
 * Making a version: for a Create, and for an Update that replaces. Every step first looks at what is there, so that a
 * request delivered twice, or killed at any point and delivered again, makes one version.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */
import type { Request } from '../cloudformation/request.ts';
import { whileCleaningUp, whileNobodyWaits } from '../deadlines.ts';
import { asSentence, OutOfTime, ProviderError, Superseded } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence, fenceFirstStep, fenceNewWork } from './fence.ts';
import { bearerOf } from './find-own.ts';
import { bringAliases, findHolders, giveBackAliases, patientUntil, takenAliases } from './hand-over.ts';
import { versionOfImage } from './image-version-arn.ts';
import { clientToken, ownershipAlias, requestHash } from './ownership.ts';
import { notCreatedId } from './physical-resource-id.ts';
import type { ImageVersionProperties } from './properties.ts';
import { remove } from './remove.ts';
import { stabilize } from './stabilize.ts';

export type Creation =
  | { readonly outcome: 'created'; readonly version: ImageVersion }
  | { readonly outcome: 'failed'; readonly error: ProviderError; readonly left: LeftBehind };

/** How long SageMaker may take to show a version that it has just made. */
const unseenAfterCreationMs = 10_000;

/** What a failed creation has left: nothing, something that could not be looked for, or a version that would not go. */
export type LeftBehind = 'nothing' | 'unconfirmed' | { readonly ImageVersionArn: string };

/** What is wanted, and the number of the version it replaces: 0 if none, or if that is of another image. */
export interface Wanted {
  readonly properties: ImageVersionProperties;
  readonly predecessor: number;
}

/**
 * Makes the version, waits until it is CREATED and takes over the aliases that other versions of the stack bear. If
 * that fails, the aliases go back and what was made is removed first.
 *
 * @throws OutOfTime when this invocation cannot wait any longer
 * @throws Superseded when CloudFormation no longer waits for it; what this invocation made is removed first, unless
 *   another delivery has answered with it
 */
export async function createImageVersion(
  request: Request,
  wanted: Wanted,
  dependencies: StepDependencies,
): Promise<Creation> {
  const { ImageName, Aliases } = wanted.properties;
  // An earlier delivery may have made a version: until one has looked, that is open.
  const traces: Traces = { ImageVersionArn: undefined, isMadeHere: false, mayHaveMade: true };
  try {
    const { ImageVersionArn, isComplete } = await findOrMake(request, wanted, traces, dependencies);
    traces.ImageVersionArn = ImageVersionArn;
    await fenceFirstStep(request, dependencies);
    const version = await untilCreated(ImageVersionArn, wanted, dependencies);
    await fence(request, dependencies);
    if (!isComplete) await bringAliases(request, namedBy(ImageVersionArn, ImageName), Aliases, dependencies);
    return { outcome: 'created', version };
  } catch (thrown) {
    if (thrown instanceof OutOfTime) throw thrown;
    const failed = thrown instanceof Superseded ? thrown : await fenced(thrown, request, dependencies);
    if (failed instanceof Superseded && !(await isUnclaimed(request, wanted.properties, traces, dependencies)))
      throw failed;
    if (!(failed instanceof Superseded)) {
      return cleanUp(request, wanted, traces, ProviderError.from(failed), dependencies);
    }
    const unhurried = { ...dependencies, deadlines: whileNobodyWaits(dependencies.deadlines) };
    await cleanUp(request, wanted, traces, ProviderError.from(failed), unhurried);
    throw failed;
  }
}

/** What has failed, or Superseded: nobody may wait for the answer any more, or the request was answered long ago. */
async function fenced(thrown: unknown, request: Request, dependencies: StepDependencies): Promise<unknown> {
  return fence(request, dependencies).then(
    () => thrown,
    (superseded: unknown) => superseded,
  );
}

/**
 * Whether nobody refers to what a superseded request has made: it was never CREATED, or CloudFormation says that the
 * resource is something else than what this invocation made. What an earlier one made may have been retained since; but
 * not if the request was answered with the id that stands for nothing.
 */
async function isUnclaimed(
  request: Request,
  { ImageName }: ImageVersionProperties,
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

/** What an attempt knows of having made. */
interface Traces {
  ImageVersionArn: string | undefined;
  /** This very invocation made it, no earlier delivery; or may have, where SageMaker's answer was lost. */
  isMadeHere: boolean;
  /** Nobody has looked yet whether there is a version of this request, or a call was made whose answer never came. */
  mayHaveMade: boolean;
}

interface Made {
  readonly ImageVersionArn: string;
  /** Whether it certainly bears all the aliases that are wanted. */
  readonly isComplete: boolean;
}

/** The version that this very request made earlier, or else the one it makes now with the aliases that are free. */
async function findOrMake(
  request: Request,
  { properties, predecessor }: Wanted,
  traces: Traces,
  dependencies: StepDependencies,
): Promise<Made> {
  const { imageVersions, log } = dependencies;
  const { ImageName, BaseImage, Aliases, metadata } = properties;
  const ownership = ownershipAlias(request, predecessor);
  const until = patientUntil(dependencies);

  return persist(async () => {
    const present = await imageVersions.listAliases({ ImageName });
    if (present.includes(ownership)) {
      const made = await bearerOf(ImageName, ownership, imageVersions);
      log.info('Going on with the version that this request has made', { ...made });
      return { ImageVersionArn: made.ImageVersionArn, isComplete: false };
    }
    traces.mayHaveMade = false;
    const taken = takenAliases(Aliases, present, []);
    await findHolders(request, ImageName, taken, until, dependencies);

    await fenceNewWork(request, dependencies);
    log.info('Creating a version', { ImageName, BaseImage, ownership });
    const free = Aliases.filter((alias) => !taken.includes(alias));
    const parameters = { ImageName, BaseImage, Aliases: [ownership, ...free], ...metadata };
    try {
      const ImageVersionArn = await imageVersions.createImageVersion({
        ...parameters,
        ClientToken: clientToken(request, parameters),
      });
      log.info('The version is being created', { ImageVersionArn });
      traces.isMadeHere = true;
      return { ImageVersionArn, isComplete: taken.length === 0 };
    } catch (thrown) {
      traces.mayHaveMade = isUndecided(ProviderError.from(thrown));
      traces.isMadeHere ||= traces.mayHaveMade;
      throw thrown;
    }
  }, dependencies);
}

/** Whether SageMaker may have carried out the call all the same. */
function isUndecided({ code }: ProviderError): boolean {
  return code === 'NetworkFailure' || code === 'GeneralServiceException' || code === 'InternalFailure';
}

async function untilCreated(
  ImageVersionArn: string,
  { properties: { ImageName, BaseImage } }: Wanted,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const version = namedBy(ImageVersionArn, ImageName);
  const stable = await stabilize(version, dependencies, { unseenMs: unseenAfterCreationMs });
  if (stable?.ImageVersionStatus === 'CREATED') return stable;

  const what = `version ${version.Version} of image ${ImageName}`;
  if (stable === undefined) {
    throw new ProviderError(
      'NotStabilized',
      `The new ${what} is gone before it was CREATED: the request was cancelled, another delivery of it has failed, or ` +
        'somebody has deleted it. Try again.',
    );
  }
  const cause = asSentence(stable.FailureReason ?? 'none given');
  throw new ProviderError(
    'NotStabilized',
    `SageMaker could not create ${what} from ${BaseImage}. FailureReason: ${cause} ` +
      "Check that BaseImage exists in ECR and that the image's role may read it, then try again.",
  );
}

/** Gives back what was taken and removes what was made; says in the Reason where that did not work. */
async function cleanUp(
  request: Request,
  { properties: { ImageName, Aliases }, predecessor }: Wanted,
  { ImageVersionArn, mayHaveMade }: Traces,
  error: ProviderError,
  dependencies: StepDependencies,
): Promise<Creation> {
  const { imageVersions, log } = dependencies;
  const patient = { ...dependencies, deadlines: whileCleaningUp(dependencies.deadlines) };
  log.error('The version could not be created', { code: error.code, error, ImageVersionArn });
  let arn = ImageVersionArn;
  try {
    if (arn === undefined && mayHaveMade) {
      const Alias = ownershipAlias(request, predecessor);
      const made = await persist(() => imageVersions.describeImageVersionByAlias({ ImageName, Alias }), patient);
      if (made === undefined) return { outcome: 'failed', error, left: 'unconfirmed' };
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
      `${error.message} What it made could not be removed: ${second.message}`,
      {
        cause: error,
      },
    );
    return { outcome: 'failed', error: both, left: arn === undefined ? 'unconfirmed' : { ImageVersionArn: arn } };
  }
}

function namedBy(ImageVersionArn: string, ImageName: string) {
  const version = versionOfImage(ImageVersionArn, ImageName);
  if (version) return version;
  throw new ProviderError('InternalFailure', `SageMaker answered with an ARN of no known form: ${ImageVersionArn}.`);
}
