/**
 * The container image that a version refers to by BaseImage. The sandbox has no registry: it derives the digest of a tag
 * from its name.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
 */
import { createHash } from 'node:crypto';

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/name:tag`; FIPS, dual-stack and China hosts match too. */
const ECR_REFERENCE =
  /^(?<repository>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** The ContainerImage that SageMaker shows: the repository with the digest of `BaseImage`, whose usual tag is `latest`. */
export function resolveContainerImage(BaseImage: string): string {
  const { repository = BaseImage, tag = 'latest', digest } = ECR_REFERENCE.exec(BaseImage)?.groups ?? {};
  const ofTag = createHash('sha256').update(`${repository}:${tag}`).digest('hex');
  return `${repository}@${digest ?? `sha256:${ofTag}`}`;
}

/** The FailureReason of a version of `BaseImage` that cannot be created, or undefined. AWS documents no example. */
export function unreachableBaseImage(BaseImage: string): string | undefined {
  if (!ECR_REFERENCE.test(BaseImage)) return `The base image '${BaseImage}' is not the URI of an image in Amazon ECR.`;
  if (BaseImage.includes('does-not-exist')) {
    return `The base image '${BaseImage}' was not found in Amazon ECR, or the role of the image may not read it.`;
  }
  return undefined;
}
