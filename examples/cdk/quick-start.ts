/** Describes the stack of ../quick-start.yaml: an image with two versions in a fixed order. */
import { CfnOutput, CfnParameter, Fn, Stack, type StackProps, Token } from 'aws-cdk-lib';
import { CfnImage } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import { ImageVersion } from 'sagemaker-image-version-provider';

const imageName = 'data-science';

export class QuickStart extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, {
      ...props,
      description: 'An image with two versions in a fixed order. The second version has the alias that everybody uses.',
    });
    new CfnParameter(this, 'Repository', {
      description: 'The ECR repository of the container images',
      default: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio',
    });
    const imageRoleArn = new CfnParameter(this, 'ImageRoleArn', {
      description: 'The role that SageMaker uses to read the repository',
      default: 'arn:aws:iam::111122223333:role/StudioImages',
    });
    const previousTag = new CfnParameter(this, 'PreviousTag', { default: '1.3' });
    const stableTag = new CfnParameter(this, 'StableTag', { default: '1.4' });
    const releaseNotes = new CfnParameter(this, 'ReleaseNotes', { default: 'First release' });

    const image = new CfnImage(this, 'Image', { imageName, imageRoleArn: imageRoleArn.valueAsString });

    const previous = new ImageVersion(this, 'Previous', {
      imageName,
      baseImage: Fn.sub(`\${Repository}:\${PreviousTag}`),
      aliases: [previousTag.valueAsString],
    });
    previous.node.addDependency(image);

    const stable = new ImageVersion(this, 'Stable', {
      imageName,
      baseImage: Fn.sub(`\${Repository}:\${StableTag}`),
      aliases: ['latest', stableTag.valueAsString],
      mlFramework: 'PyTorch 2.9',
      programmingLang: 'Python 3.12',
      processor: 'GPU',
      vendorGuidance: 'STABLE',
      releaseNotes: releaseNotes.valueAsString,
    });
    // Previous is version N, so Stable is version N+1.
    stable.node.addDependency(previous);

    new CfnOutput(this, 'StableVersionArn', { value: stable.imageVersionArn });
    new CfnOutput(this, 'StableVersion', { value: Token.asString(stable.version) });
    new CfnOutput(this, 'StableContainerImage', { value: stable.containerImage });
  }
}
