/**
 * Making a version: for a Create, and for an Update that replaces. Every step first looks at what is there, so that a
 * request delivered twice, or killed at any point and delivered again, makes one version.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */
import type { Request } from '../cloudformation/request.ts';
import { asSentence, OutOfTime, ProviderError, Superseded } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import { abandon, cleanUp, type FailedCreation, type Traces, type Wanted } from './clean-up.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence, fenceFirstStep, fenceNewWork } from './fence.ts';
import { bearerOf } from './find-own.ts';
import { bringAliases, findHolders, patientUntil, takenAliases } from './hand-over.ts';
import { namedBy } from './image-version-arn.ts';
import { clientToken, ownershipAlias } from './ownership.ts';
import { stabilize } from './stabilize.ts';

export type Creation = { readonly outcome: 'created'; readonly version: ImageVersion } | FailedCreation;

/** How long SageMaker may take to show a version that it has just made. */
const unseenAfterCreationMs = 10_000;

/**
 * Makes the version, waits until it is CREATED and takes over the aliases that other versions of the stack bear. If
 * that fails, the aliases go back and what was made is removed first.
 *
 * @throws OutOfTime when this invocation cannot wait any longer
 * @throws Superseded when CloudFormation no longer waits for it; what was made is removed first, if nobody refers to it
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
    if (!(failed instanceof Superseded)) {
      return cleanUp(request, wanted, traces, ProviderError.from(failed), dependencies);
    }
    await abandon(request, wanted, traces, failed, dependencies);
    throw failed;
  }
}

/** What has failed, or Superseded: nobody may wait for the answer any more, or the request was answered long ago. */
async function fenced(thrown: unknown, request: Request, dependencies: StepDependencies): Promise<unknown> {
  try {
    await fence(request, dependencies);
    return thrown;
  } catch (superseded) {
    if (superseded instanceof OutOfTime) throw superseded;
    return superseded;
  }
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
      'NotFound',
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
