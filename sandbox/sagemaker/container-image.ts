/**
 * The container image that a version refers to by BaseImage. The sandbox has no registry: it derives a digest from the
 * reference and from the number of pushes to it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
 */
import { createHash } from 'node:crypto';
import { ownEntry } from '../json.ts';

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/name:tag`; FIPS, dual-stack and China hosts match too. */
const ECR_REFERENCE =
  /^(?<repository>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** The number of pushes to each reference since the sandbox began. */
type PushCounts = Readonly<Record<string, number>>;

/** `BaseImage` with the tag `latest` if it names neither tag nor digest. `PushCounts` has it as its key. */
export function reference(BaseImage: string): string {
  const { repository, tag = 'latest', digest } = ECR_REFERENCE.exec(BaseImage)?.groups ?? {};
  if (repository === undefined) return BaseImage;
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}

/** The ContainerImage that SageMaker shows: the repository with the current digest of `BaseImage`. */
export function resolveContainerImage(BaseImage: string, pushCounts: PushCounts): string {
  const resolved = reference(BaseImage);
  const { repository, digest } = ECR_REFERENCE.exec(resolved)?.groups ?? {};
  if (digest !== undefined) return resolved;
  const content = `${resolved} push ${ownEntry(pushCounts, resolved) ?? 0}`;
  return `${repository ?? BaseImage}@sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The FailureReason of a version of `BaseImage` that cannot be created, or undefined. AWS documents no example. */
export function unreachableBaseImage(BaseImage: string): string | undefined {
  if (!ECR_REFERENCE.test(BaseImage)) return `The base image '${BaseImage}' is not the URI of an image in Amazon ECR.`;
  if (BaseImage.includes('does-not-exist')) {
    return `The base image '${BaseImage}' was not found in Amazon ECR, or the role of the image may not read it.`;
  }
  return undefined;
}
