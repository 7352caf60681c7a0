/**
 * SageMaker's image version operations, as narrow as the provider needs them: a port named after the service's own
 * operations. `sdk-image-versions.ts` is its adapter; the tests have a fake.
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

/** What DescribeImageVersion returns. ContainerImage is absent until the version is CREATED. There are no aliases in it. */
export type ImageVersion = Readonly<Omit<DescribeImageVersionResponse, AlwaysSet>> & {
  readonly [Name in AlwaysSet]: NonNullable<DescribeImageVersionResponse[Name]>;
};

/**
 * Each operation is one call (listAliases one for each page), never retried here. What is absent is a value; every
 * other refusal throws a ProviderError, marked retryable where a later try may succeed.
 */
export interface ImageVersions {
  /** The new version's ARN; the version itself is CREATING. */
  createImageVersion(input: CreateImageVersionRequest): Promise<string>;
  /** Undefined where there is no such image or version. */
  describeImageVersion(version: VersionOfImage): Promise<ImageVersion | undefined>;
  /** The version that bears the alias; undefined where none does, which SageMaker may put as AccessDenied. */
  describeImageVersionByAlias(alias: { ImageName: string; Alias: string }): Promise<ImageVersion | undefined>;
  updateImageVersion(input: UpdateImageVersionRequest): Promise<void>;
  /** Resolves once the deletion has begun, or where there is nothing to delete. */
  deleteImageVersion(version: VersionOfImage): Promise<void>;
  /** Every alias of the version or, without Version, of the image; none where the image or version is absent. */
  listAliases(version: { readonly ImageName: string; readonly Version?: number }): Promise<readonly string[]>;
}
