/**
 * Custom::SageMakerImageVersion as a CDK construct. Copy this file into your own app. The construct has the properties of the
 * resource. The provider checks their constraints, all at once, when you deploy the stack.
 */
import {
  type CfnDeletionPolicy,
  CfnResource,
  CustomResource,
  type Duration,
  Fn,
  type RemovalPolicy,
  Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface ImageVersionProps {
  /** The image must exist before the version. If it is in the same stack, use `node.addDependency`. */
  readonly imageName: string;
  /** The container image in ECR, with its tag or digest. */
  readonly baseImage: string;
  /** Any text. Change it to create a new version of the same `baseImage`. */
  readonly revision?: string;
  /** The version gets all these aliases. If another version of the same stack has one, the new version takes it over. */
  readonly aliases?: readonly string[];
  readonly horovod?: boolean;
  readonly jobType?: 'TRAINING' | 'INFERENCE' | 'NOTEBOOK_KERNEL';
  readonly mlFramework?: string;
  readonly processor?: 'CPU' | 'GPU';
  readonly programmingLang?: string;
  readonly releaseNotes?: string;
  readonly vendorGuidance?: 'NOT_PROVIDED' | 'STABLE' | 'TO_BE_ARCHIVED' | 'ARCHIVED';
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
  /**
   * The ARN of the provider's function.
   * @default the export of the provider's stack
   */
  readonly serviceToken?: string;
}

/** One version of a SageMaker image. Its `ref` is the ImageVersionArn. */
export class ImageVersion extends CustomResource {
  constructor(scope: Construct, id: string, props: ImageVersionProps) {
    super(scope, id, {
      serviceToken: props.serviceToken ?? Fn.importValue('sagemaker-image-version-provider-ServiceToken'),
      resourceType: 'Custom::SageMakerImageVersion',
      ...(props.serviceTimeout && { serviceTimeout: props.serviceTimeout }),
      ...(props.removalPolicy && { removalPolicy: props.removalPolicy }),
      // CDK leaves undefined properties out of the template.
      properties: {
        ImageName: props.imageName,
        BaseImage: props.baseImage,
        Revision: props.revision,
        Aliases: props.aliases,
        Horovod: props.horovod,
        JobType: props.jobType,
        MLFramework: props.mlFramework,
        Processor: props.processor,
        ProgrammingLang: props.programmingLang,
        ReleaseNotes: props.releaseNotes,
        VendorGuidance: props.vendorGuidance,
      },
    });
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

  /** The container image with the digest that SageMaker resolved. */
  get containerImage(): string {
    return this.getAttString('ContainerImage');
  }
}
