/** Writes a template plan as a template for CloudFormation. */
import type { StackSource } from '../sandbox/cloudformation/stack.ts';
import type { Json } from '../sandbox/json.ts';
import type { ImagePlan, SiblingPlan, TemplatePlan, VersionPlan } from './scenario.ts';

export interface ServiceTokens {
  readonly provider: string;
  readonly sibling: string;
}

/** The template as JSON. Every attribute of every version is an output. */
export function templateSource(plan: TemplatePlan, tokens: ServiceTokens): StackSource {
  const Resources = Object.fromEntries([
    ...plan.images.map((image) => [image.id, imageResource(image)] as const),
    ...plan.versions.map((version) => [version.id, versionResource(version, plan, tokens)] as const),
    ...plan.siblings.map((sibling) => [sibling.id, siblingResource(sibling, tokens)] as const),
  ]);
  const Outputs = Object.fromEntries(
    plan.versions.flatMap(({ id }) => [
      [id, { Value: { Ref: id } }] as const,
      ...versionAttributes.map((name) => [`${id}${name}`, { Value: { 'Fn::GetAtt': [id, name] } }] as const),
    ]),
  );
  return { templateText: JSON.stringify({ Resources, Outputs }), fileName: 'scenario.json', parameters: {} };
}

export const versionAttributes = [
  'ImageVersionArn',
  'Version',
  'ImageArn',
  'ImageName',
  'BaseImage',
  'ContainerImage',
] as const;

/** The BaseImage of a version. */
export function baseImageOf({ tag }: VersionPlan): string {
  return `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}`;
}

function imageResource({ ImageName, ImageDescription }: ImagePlan): Json {
  return {
    Type: 'AWS::SageMaker::Image',
    Properties: { ImageName, ImageRoleArn: 'arn:aws:iam::111122223333:role/StudioImages', ImageDescription },
  };
}

function versionResource(version: VersionPlan, plan: TemplatePlan, { provider }: ServiceTokens): Json {
  const { ImageName, Revision, Alias, Aliases, metadata, nonsense, ServiceTimeout } = version;
  const image = plan.images.find((each) => each.ImageName === ImageName);
  return {
    Type: 'Custom::SageMakerImageVersion',
    DependsOn: [...(image === undefined ? [] : [image.id]), ...version.DependsOn],
    ...(version.DeletionPolicy !== undefined && { DeletionPolicy: version.DeletionPolicy }),
    ...(version.UpdateReplacePolicy !== undefined && { UpdateReplacePolicy: version.UpdateReplacePolicy }),
    Properties: {
      ServiceToken: provider,
      ...(ServiceTimeout !== undefined && { ServiceTimeout }),
      ImageName,
      BaseImage: baseImageOf(version),
      ...(Revision !== undefined && { Revision }),
      ...(Alias !== undefined && { Alias }),
      ...(Aliases.length > 0 && { Aliases }),
      ...metadata,
      ...nonsense,
    },
  };
}

function siblingResource({ id: _, ...properties }: SiblingPlan, { sibling }: ServiceTokens): Json {
  return { Type: 'Custom::Sibling', Properties: { ServiceToken: sibling, ...properties } };
}
