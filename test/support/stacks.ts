/** Templates and views for the lifecycle tests: valid documents with overrides, and what SageMaker holds in a line each. */
import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export const repository = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio';
export const serviceToken = { 'Fn::ImportValue': 'sagemaker-image-version-provider-ServiceToken' };

/** An image version in a template; `Properties` are laid over a valid set. */
export function version(Properties: object = {}, attributes: object = {}): object {
  return {
    Type: 'Custom::SageMakerImageVersion',
    DependsOn: 'Image',
    ...attributes,
    Properties: { ServiceToken: serviceToken, ImageName: 'studio', BaseImage: `${repository}:1.0`, ...Properties },
  };
}

/** An image in a template, with this ImageName. */
export function image(ImageName = 'studio'): object {
  return {
    Type: 'AWS::SageMaker::Image',
    Properties: { ImageName, ImageRoleArn: 'arn:aws:iam::111122223333:role/StudioImages' },
  };
}

/** A version that the provider refuses without calling SageMaker: it fails whatever stack operation it is part of. */
export function broken(DependsOn: string | readonly string[]): object {
  return version({ JobType: 'NOTHING' }, { DependsOn });
}

/** A template with these resources, beside the Image `studio`. */
export function stackOf(Resources: Readonly<Record<string, object>>, Outputs?: object): StackSource {
  const document = { Resources: { Image: image(), ...Resources }, ...(Outputs && { Outputs }) };
  return { templateText: JSON.stringify(document), fileName: 'template.json', parameters: {} };
}

/**
 * A template with these versions alone: their image belongs to another stack (see `imageStack`), so that nothing of them
 * disappears with it.
 */
export function versionsOf(Resources: Readonly<Record<string, { readonly DependsOn?: unknown }>>): StackSource {
  const alone = Object.entries(Resources).map(([name, { DependsOn, ...resource }]) => [
    name,
    DependsOn === 'Image' ? resource : { DependsOn, ...resource },
  ]);
  return {
    templateText: JSON.stringify({ Resources: Object.fromEntries(alone) }),
    fileName: 'template.json',
    parameters: {},
  };
}

/** Makes the image `studio` in a stack of its own. */
export async function imageStack({ cloudFormation }: Sandbox): Promise<void> {
  await cloudFormation.createStack('images', stackOf({}));
}

/** Every version there is, as `studio/2 1.0 CREATED latest,stable`, without the provider's own aliases. */
export function versions(sandbox: Sandbox): readonly string[] {
  return Object.values(sandbox.sageMaker.snapshot().images).flatMap(({ ImageName, versions }) =>
    versions.map(({ Version, BaseImage, ImageVersionStatus, Aliases }) => {
      const declared = Aliases.filter((alias) => !alias.startsWith('cfn-')).sort();
      const tag = BaseImage.slice(BaseImage.lastIndexOf(':') + 1);
      return [`${ImageName}/${Version}`, tag, ImageVersionStatus, declared.join(',')].join(' ').trim();
    }),
  );
}

/** Makes a version that belongs to no stack. */
export async function plant(sandbox: Sandbox, ImageName: string, Aliases: readonly string[] = []): Promise<void> {
  const input = { ImageName, BaseImage: `${repository}:planted`, ClientToken: `planted-${Aliases.join('-')}`, Aliases };
  const { status, body } = await sandbox.sageMaker.call('CreateImageVersion', input);
  if (status !== 200) throw new Error(body);
}
