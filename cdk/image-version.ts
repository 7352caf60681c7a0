/** Custom::SageMakerImageVersion as a construct of the AWS CDK. The provider checks the values when you deploy the stack. */
import {
  type CfnDeletionPolicy,
  CfnResource,
  CustomResource,
  type Duration,
  Fn,
  type RemovalPolicy,
  Token,
} from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { type ImageVersionProperties, propertyMembers } from './generated.ts';
import type { ImageVersionProvider } from './image-version-provider.ts';

/** A container image in a repository, named by its digest. */
export interface RepositoryImage {
  readonly repository: IRepository;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

export interface ImageVersionProps extends ImageVersionProperties {
  /**
   * The container image in ECR: its URI with a tag or a digest, an asset that the CDK builds and pushes, or a digest in a
   * repository. For an asset and a digest, `revision` follows from the content. A change replaces the version.
   */
  readonly baseImage: string | DockerImageAsset | RepositoryImage;
  /**
   * The provider, if your app deploys it. CloudFormation then creates it before the version, and deletes it after it.
   * @default the provider of the account and Region, by the export of its stack
   */
  readonly provider?: ImageVersionProvider;
  /**
   * The ARN of the provider's function, instead of `provider`.
   * @default the export `sagemaker-image-version-provider-ServiceToken`
   */
  readonly serviceToken?: string;
  /**
   * How long CloudFormation waits for the version, in whole seconds.
   * @default an hour, which is the maximum
   */
  readonly serviceTimeout?: Duration;
  /**
   * What CloudFormation does with the version when it is removed or replaced.
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What CloudFormation does with a version that is replaced, if this differs from `removalPolicy`.
   * @default the same as removalPolicy
   */
  readonly updateReplacePolicy?: CfnDeletionPolicy;
}

/** One version of a SageMaker image. Its `ref` is the ImageVersionArn. */
export class ImageVersion extends CustomResource {
  constructor(scope: Construct, id: string, props: ImageVersionProps) {
    const { provider } = props;
    super(scope, id, {
      serviceToken:
        props.serviceToken ?? provider?.serviceToken ?? Fn.importValue('sagemaker-image-version-provider-ServiceToken'),
      resourceType: 'Custom::SageMakerImageVersion',
      ...(props.removalPolicy && { removalPolicy: props.removalPolicy }),
      properties: {
        // Older releases of the CDK do not know it as a property of CustomResource.
        ...(props.serviceTimeout && { ServiceTimeout: props.serviceTimeout.toSeconds() }),
        ...sourceOf(props.baseImage),
        // CDK leaves undefined properties out of the template, but they must not hide the Revision of the source.
        ...Object.fromEntries(
          propertyMembers.flatMap(([member, name]) => (props[member] === undefined ? [] : [[name, props[member]]])),
        ),
      },
    });
    // The provider needs all its permissions before the first version, and until the last one is deleted.
    if (provider !== undefined) this.node.addDependency(provider);
    const resource = this.node.defaultChild;
    if (props.updateReplacePolicy !== undefined && CfnResource.isCfnResource(resource)) {
      resource.cfnOptions.updateReplacePolicy = props.updateReplacePolicy;
    }
  }

  get imageVersionArn(): string {
    return this.ref;
  }

  /** A token for a number. Use it as the `imageVersionNumber` of a Domain. */
  get version(): number {
    return Token.asNumber(this.getAtt('Version'));
  }

  get imageArn(): string {
    return this.getAttString('ImageArn');
  }

  get imageName(): string {
    return this.getAttString('ImageName');
  }

  /** The container image as the template names it. */
  get baseImage(): string {
    return this.getAttString('BaseImage');
  }

  /** The container image with the digest that SageMaker resolved. */
  get containerImage(): string {
    return this.getAttString('ContainerImage');
  }
}

/** The properties that name the container image. An explicit `revision` wins over the one that follows from the content. */
function sourceOf(image: ImageVersionProps['baseImage']): Readonly<Record<string, string>> {
  if (typeof image === 'string') return { BaseImage: image };
  if ('imageUri' in image) return { BaseImage: image.imageUri, Revision: image.assetHash };
  const { repository, digest } = image;
  if (!Token.isUnresolved(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Error(`${digest} is not a digest: it must be sha256: and 64 hexadecimal digits.`);
  }
  return { BaseImage: repository.repositoryUriForDigest(digest), Revision: digest };
}
