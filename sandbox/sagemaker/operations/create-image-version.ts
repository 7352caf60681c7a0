/**
 * Creates the next version of an image. Its status later shows whether SageMaker can read the container image.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */
import { refuseAliasesOfOthers, releaseAliases } from '../aliases.ts';
import { resolveContainerImage } from '../container-image.ts';
import { imageNamed, imageVersionArn } from '../lookup.ts';
import { Aliases, BaseImage, ClientToken, ImageName, metadataMembers } from '../members.ts';
import { modifying } from '../operation.ts';
import { refuseBeyondQuota, refuseUnlessUsable } from '../refusals.ts';
import { structure } from '../shapes.ts';
import type { ImageVersionRecord } from '../state.ts';
import { setMetadata, started } from '../transitions.ts';

const constraints = structure({ BaseImage, ClientToken, ImageName }, { Aliases, ...metadataMembers });

export const CreateImageVersion = modifying(constraints, (input, call) => {
  const { ImageName, BaseImage, ClientToken, Aliases = [], ...metadata } = input;
  const { state, settings, nowMs } = call;

  const image = imageNamed(ImageName, call);
  const made = image.versions.find((each) => each.ClientToken === ClientToken);
  if (made !== undefined && settings.switches.ClientToken === 'remembered') {
    return { ImageVersionArn: made.ImageVersionArn };
  }
  refuseUnlessUsable(image, settings.switches);
  refuseAliasesOfOthers(image, undefined, Aliases, settings.switches);
  refuseBeyondQuota('Image Versions', image.versions.length, settings.quotas.versionsOfAnImage);
  call.claim(image);

  releaseAliases(image, Aliases);
  image.lastVersion += 1;
  const version: ImageVersionRecord = {
    Version: image.lastVersion,
    ImageVersionArn: imageVersionArn(ImageName, image.lastVersion, settings),
    ImageVersionStatus: 'CREATING',
    BaseImage,
    ClientToken,
    Aliases: [...new Set(Aliases)],
    metadata: {},
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
  setMetadata(version, metadata, call);
  const FailureReason = settings.failures.versionCreation(version);
  if (FailureReason === undefined) version.ContainerImage = resolveContainerImage(BaseImage, state.pushCounts);
  version.pending = started(
    { becomes: 'CREATED', failed: 'CREATE_FAILED', FailureReason },
    settings.durations.versionCreation,
    call,
  );
  image.versions.push(version);
  return { ImageVersionArn: version.ImageVersionArn };
});
