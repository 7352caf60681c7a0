/**
 * SageMaker's image version operations, as far as the provider needs them: a port with the names of the operations.
 * `sdk-image-versions.ts` is the adapter; the tests have a fake.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html (and its siblings)
 */
import type {
  CreateImageVersionRequest,
  DescribeImageVersionResponse,
  UpdateImageVersionRequest,
} from '@aws-sdk/client-sagemaker';

export type { CreateImageVersionRequest, UpdateImageVersionRequest };

/** One version of one image. */
export interface VersionOfImage {
  readonly ImageName: string;
  readonly Version: number;
}

/** The members of a description that SageMaker always sets. Its model marks every member as optional. */
type AlwaysSet = 'ImageVersionArn' | 'ImageArn' | 'Version' | 'ImageVersionStatus' | 'CreationTime';

/** What DescribeImageVersion returns. It has no ContainerImage until the version is CREATED, and no aliases. */
export type ImageVersion = Readonly<Omit<DescribeImageVersionResponse, AlwaysSet>> & {
  readonly [Name in AlwaysSet]: NonNullable<DescribeImageVersionResponse[Name]>;
};

/** Makes a call, and may repeat it if it fails. */
export type Retry = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Each operation makes one call (listAliases one for each page) and does not retry it. Absence is a value. Any other
 * refusal is a ProviderError, whose `worthwhileMs` is how long another try may succeed.
 */
export interface ImageVersions {
  /** Resolves with the ARN of the new version, which is CREATING. */
  createImageVersion(input: CreateImageVersionRequest): Promise<string>;
  /** Undefined if there is no such image or version. */
  describeImageVersion(version: VersionOfImage): Promise<ImageVersion | undefined>;
  /** The version of the image with the highest number; undefined if there is none, or the role may not describe it. */
  describeNewestImageVersion(image: { ImageName: string }): Promise<ImageVersion | undefined>;
  /** The version with the alias; undefined if there is none, for which SageMaker may answer AccessDenied. */
  describeImageVersionByAlias(alias: { ImageName: string; Alias: string }): Promise<ImageVersion | undefined>;
  /** @throws ProviderError NotFound, worth another try, if the version or an alias to delete does not exist */
  updateImageVersion(input: UpdateImageVersionRequest): Promise<void>;
  /** Resolves when the deletion has begun, or if there is nothing to delete. */
  deleteImageVersion(version: VersionOfImage): Promise<void>;
  /**
   * Every alias of the version or, without Version, of the image; none if the image or version does not exist.
   *
   * @param retry makes the call for each page, and may repeat it
   */
  listAliases(
    version: { readonly ImageName: string; readonly Version?: number },
    retry?: Retry,
  ): Promise<readonly string[]>;
}

/**
 * The port with retries of reads, which are safe to repeat. For a list of aliases, it retries only the page that
 * failed. write.ts retries a change that SageMaker throttled. After any other failure of a change, the step reads the
 * present state and plans again. `remove` in stabilize.ts retries deletions.
 */
export function retryingReads(port: ImageVersions, retry: Retry): ImageVersions {
  return {
    createImageVersion: (input) => port.createImageVersion(input),
    updateImageVersion: (input) => port.updateImageVersion(input),
    describeImageVersion: (version) => retry(() => port.describeImageVersion(version)),
    describeNewestImageVersion: (image) => retry(() => port.describeNewestImageVersion(image)),
    describeImageVersionByAlias: (alias) => retry(() => port.describeImageVersionByAlias(alias)),
    deleteImageVersion: (version) => port.deleteImageVersion(version),
    listAliases: (version) => port.listAliases(version, retry),
  };
}
