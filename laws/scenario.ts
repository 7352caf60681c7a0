/** A scenario: everything that happens to one stack, as plain data that can be printed, kept and repeated. */
import type { CloudFormationSettings } from '../sandbox/cloudformation/settings.ts';
import type { StackSource } from '../sandbox/cloudformation/stack.ts';
import type { Fault, PersonFault } from '../sandbox/faults/fault.ts';
import type { Json } from '../sandbox/json.ts';
import type { DurationRange, SageMakerSides } from '../sandbox/sagemaker/settings.ts';

export interface Scenario {
  /** Seeds everything that is random in the simulation: durations, jitter, ids. */
  readonly seed: number;
  /** The switches that are not on their likelier side. */
  readonly switches: Partial<SageMakerSides>;
  readonly cloudFormation: Partial<CloudFormationSettings>;
  readonly versionCreation: DurationRange;
  readonly largestPageSize: number;
  /** The Timeout of the provider's function; by default that of its template. */
  readonly providerTimeoutSeconds?: number | undefined;
  /** Versions of shared images that exist before the stack. */
  readonly foreign: readonly Pick<VersionPlan, 'ImageName' | 'Aliases'>[];
  readonly operations: readonly OperationPlan[];
}

/** An operation on the stack. Where the stack's status allows only another one, such as ContinueUpdateRollback, that one runs. */
export interface OperationPlan {
  readonly kind: 'deploy' | 'delete';
  readonly template: TemplatePlan;
  /** What CloudFormation does after a failure: by default it rolls back. DELETE and DO_NOTHING are for creations only. */
  readonly onFailure?: 'DELETE' | 'DO_NOTHING' | 'DisableRollback' | undefined;
  /** From this operation on, the stack is in express mode. */
  readonly isExpress?: boolean | undefined;
  readonly retainsExceptOnCreate?: boolean | undefined;
  /** Whether this is RollbackStack, where the stack has failed without a rollback. */
  readonly rollsBack?: boolean | undefined;
  /** The update is cancelled after this time, if it still runs. */
  readonly cancelAfterMs?: number | undefined;
  /** Whether the next operation waits until Lambda has nothing left to do. */
  readonly isAwaited: boolean;
  /** The time between its end and the next operation. */
  readonly pauseMs: number;
  /** Whether each of its requests is delivered once more after its end. */
  readonly isRepeated: boolean;
  /** Whether the requests of earlier operations are delivered once more then, too. */
  readonly repeatsEarlier?: boolean | undefined;
  /** What people do by hand after it, one after the other. */
  readonly byHand?: readonly PersonFault[] | undefined;
  readonly faults: readonly Fault[];
}

export interface TemplatePlan {
  readonly images: readonly { readonly id: string; readonly ImageName: string; readonly ImageDescription: string }[];
  readonly versions: readonly VersionPlan[];
  readonly siblings: readonly SiblingPlan[];
}

export interface VersionPlan {
  readonly id: string;
  readonly ImageName: string;
  /** The tag of the BaseImage. No image has a tag that begins with `does-not-exist`. */
  readonly tag: string;
  readonly Revision?: string | undefined;
  readonly Adopt?: number | undefined;
  readonly Alias?: string | undefined;
  readonly Aliases: readonly string[];
  readonly metadata: Readonly<Record<string, Json>>;
  /** Properties that the provider must refuse. */
  readonly nonsense?: Readonly<Record<string, Json>> | undefined;
  readonly ServiceTimeout?: number | undefined;
  /** Whether it does not wait for its image, where that is the stack's: the commonest mistake of templates. */
  readonly isIndependent?: boolean | undefined;
  /** Logical ids of other versions. */
  readonly DependsOn: readonly string[];
  readonly DeletionPolicy?: 'Retain' | 'RetainExceptOnCreate' | undefined;
  readonly UpdateReplacePolicy?: 'Retain' | undefined;
}

/** A custom resource of another provider, which fails or succeeds after a chosen time. */
export interface SiblingPlan {
  readonly id: string;
  readonly afterMs: number;
  readonly fails: boolean;
  /** Whether the first rollback of its update fails. */
  readonly failsToRollBack: boolean;
  /** A change of this number is an update. */
  readonly generation: number;
}

/** Every alias that a version or its properties declare, each once. */
export function declaredAliases({ Alias, Aliases }: { readonly [Name in 'Alias' | 'Aliases']?: Json | undefined }) {
  return [...new Set([Alias, Aliases].flatMap((declared) => declared ?? []).map(String))];
}

/** The images that exist before the stack. */
export const sharedImages = ['studio', 'Data-Science.v2'] as const;

/** The tag from which the versions are made that exist before the stack. */
export const foreignTag = '1.0';

export const baseImage = (tag: string) => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}`;

/** An alias that a foreign version may have and that a template may declare as well. */
export const contestedAlias = 'theirs';

type ServiceTokens = Readonly<Record<'provider' | 'sibling', string>>;

/** The plan as a template for CloudFormation, in JSON. Every attribute of every version is an output. */
export function templateSource(plan: TemplatePlan, tokens: ServiceTokens): StackSource {
  const Resources: Record<string, object> = {};
  const Outputs: Record<string, object> = {};
  for (const { id, ...image } of plan.images) {
    const Properties = { ...image, ImageRoleArn: 'arn:aws:iam::111122223333:role/StudioImages' };
    Resources[id] = { Type: 'AWS::SageMaker::Image', Properties };
  }
  for (const version of plan.versions) {
    const { id } = version;
    Resources[id] = versionResource(version, plan, tokens);
    Outputs[id] = { Value: { Ref: id } };
    for (const name of versionAttributes) Outputs[`${id}${name}`] = { Value: { 'Fn::GetAtt': [id, name] } };
  }
  for (const { id, ...properties } of plan.siblings) {
    Resources[id] = { Type: 'Custom::Sibling', Properties: { ServiceToken: tokens.sibling, ...properties } };
  }
  return { templateText: JSON.stringify({ Resources, Outputs }), fileName: 'scenario.json', parameters: {} };
}

export const versionAttributes = ['ImageVersionArn', 'Version', 'ImageArn', 'ImageName', 'BaseImage', 'ContainerImage'];

/** Members that are undefined are not in the template. */
function versionResource(version: VersionPlan, { images }: TemplatePlan, { provider }: ServiceTokens): object {
  const { ImageName, tag, Revision, Adopt, Alias, Aliases, metadata, nonsense, ServiceTimeout } = version;
  const { DeletionPolicy, UpdateReplacePolicy, isIndependent } = version;
  const image = isIndependent ? undefined : images.find((each) => each.ImageName === ImageName);
  const BaseImage = baseImage(tag);
  const declared = { ServiceToken: provider, ServiceTimeout, ImageName, BaseImage, Revision, Adopt, Alias };
  return {
    Type: 'Custom::SageMakerImageVersion',
    DependsOn: [...(image === undefined ? [] : [image.id]), ...version.DependsOn],
    DeletionPolicy,
    UpdateReplacePolicy,
    Properties: { ...declared, ...(Aliases.length > 0 && { Aliases }), ...metadata, ...nonsense },
  };
}
