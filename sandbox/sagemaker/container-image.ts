/**
 * The container image behind a version: where BaseImage points, and what it resolves to. There is no registry here; a
 * digest is derived from the reference and from how often that reference was pushed.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
 */
import { createHash } from 'node:crypto';
import { ownEntry } from '../json.ts';

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/name:tag`, also FIPS, dual-stack and China hosts. */
const ECR_REFERENCE =
  /^(?<repository>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** How often each reference was pushed again since the sandbox began. */
export type PushCounts = Readonly<Record<string, number>>;

/** `BaseImage` with the tag it stands for if it names neither tag nor digest: what `PushCounts` are kept by. */
export function reference(BaseImage: string): string {
  const { repository, tag = 'latest', digest } = ECR_REFERENCE.exec(BaseImage)?.groups ?? {};
  if (repository === undefined) return BaseImage;
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}

/** The ContainerImage that SageMaker shows: the repository with the digest that `BaseImage` has at this moment. */
export function resolveContainerImage(BaseImage: string, pushCounts: PushCounts): string {
  const resolved = reference(BaseImage);
  const { repository, digest } = ECR_REFERENCE.exec(resolved)?.groups ?? {};
  if (digest !== undefined) return resolved;
  const content = `${resolved} push ${ownEntry(pushCounts, resolved) ?? 0}`;
  return `${repository ?? BaseImage}@sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/**
 * Why a version of `BaseImage` cannot be created, or undefined. The words are made up: AWS documents that there is a
 * FailureReason and that missing permissions are a common one, but not how it reads.
 */
export function unreachableBaseImage(BaseImage: string): string | undefined {
  if (!ECR_REFERENCE.test(BaseImage)) {
    return `The base image '${BaseImage}' is not the URI of an image in Amazon ECR.`;
  }
  if (BaseImage.includes('does-not-exist')) {
    return `The base image '${BaseImage}' was not found in Amazon ECR, or the role of the image may not read it.`;
  }
  return undefined;
}
