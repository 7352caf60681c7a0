/**
 * Custom::SageMakerImageVersion as a CDK construct: copy this file into an app of your own. The properties are the
 * resource's, and so are their constraints: the provider checks them, all at once, when the stack is deployed.
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
  /** An image that exists, or is to exist before: see `node.addDependency`. */
  readonly imageName: string;
  /** The container image in ECR, with tag or digest. */
  readonly baseImage: string;
  /** Any text: another one makes a new version of the same `baseImage`. */
  readonly revision?: string;
  /** All of them are on this version alone; a version of the same stack that has one of them hands it over. */
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
   * @default an hour, the longest there is
   */
  readonly serviceTimeout?: Duration;
  /**
   * Whether the version goes with the stack, and with its replacement.
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What becomes of a version that is replaced, where that is not `removalPolicy`.
   * @default as removalPolicy
   */
  readonly updateReplacePolicy?: CfnDeletionPolicy;
  /**
   * The ARN of the provider's function.
   * @default what the provider's own stack exports
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
      // What is undefined is left out of the template.
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

  /** A token: what a Domain's `imageVersionNumber` takes. */
  get version(): number {
    return Token.asNumber(this.getAtt('Version'));
  }

  get imageArn(): string {
    return this.getAttString('ImageArn');
  }

  /** With the digest that SageMaker has resolved. */
  get containerImage(): string {
    return this.getAttString('ContainerImage');
  }
}
