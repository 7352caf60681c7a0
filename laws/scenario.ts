/**
 * A scenario: everything that happens to one stack. It is plain data, so that it can be printed, kept and repeated.
 * `arbitrary-scenario.ts` draws scenarios, `simulate.ts` simulates them.
 */
import type { CloudFormationSettings } from '../sandbox/cloudformation/settings.ts';
import type { Fault } from '../sandbox/faults/fault.ts';
import type { Json } from '../sandbox/json.ts';
import type { DurationRange, Switches } from '../sandbox/sagemaker/settings.ts';

export interface Scenario {
  /** Seeds everything that is random in the simulation: durations, jitter, ids. */
  readonly seed: number;
  /** The switches that are not on their likelier side. */
  readonly switches: Partial<Switches>;
  readonly cloudFormation: Partial<
    Pick<
      CloudFormationSettings,
      | 'rollbackAfterReplacement'
      | 'cleanupDeleteProperties'
      | 'pauseBeforeRollbackMs'
      | 'inProgressAfterIssueMs'
      | 'partition'
    >
  >;
  readonly versionCreation: DurationRange;
  readonly largestPageSize: number;
  /** The Timeout of the provider's function; by default that of its template. */
  readonly providerTimeoutSeconds?: number | undefined;
  /** Versions of shared images that exist before the stack. */
  readonly foreign: readonly ForeignVersion[];
  readonly operations: readonly OperationPlan[];
}

export interface ForeignVersion {
  readonly ImageName: string;
  readonly Aliases: readonly string[];
}

/** An operation on the stack. Where the stack's status allows only another one, such as ContinueUpdateRollback, that one runs. */
export interface OperationPlan {
  readonly kind: 'deploy' | 'delete';
  readonly template: TemplatePlan;
  /** The update is cancelled after this time, if it still runs. */
  readonly cancelAfterMs?: number | undefined;
  /** Whether the next operation waits until Lambda has nothing left to do. */
  readonly isAwaited: boolean;
  /** The time between its end and the next operation. */
  readonly pauseMs: number;
  /** Whether each of its requests is delivered once more after its end. */
  readonly isRepeated: boolean;
  readonly faults: readonly Fault[];
}

export interface TemplatePlan {
  readonly images: readonly ImagePlan[];
  readonly versions: readonly VersionPlan[];
  readonly siblings: readonly SiblingPlan[];
}

/** An AWS::SageMaker::Image. */
export interface ImagePlan {
  readonly id: string;
  readonly ImageName: string;
  readonly ImageDescription: string;
}

/** A Custom::SageMakerImageVersion. */
export interface VersionPlan {
  readonly id: string;
  readonly ImageName: string;
  /** The tag of the BaseImage. No image has a tag that begins with `does-not-exist`. */
  readonly tag: string;
  readonly Revision?: string | undefined;
  readonly Alias?: string | undefined;
  readonly Aliases: readonly string[];
  readonly metadata: Readonly<Record<string, Json>>;
  /** Properties that the provider must refuse. */
  readonly nonsense?: Readonly<Record<string, Json>> | undefined;
  readonly ServiceTimeout?: number | undefined;
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

/** Every alias that a version declares, each once. */
export function plannedAliases({ Alias, Aliases }: VersionPlan): readonly string[] {
  return [...new Set([...(Alias === undefined ? [] : [Alias]), ...Aliases])];
}

/** The images that exist before the stack. */
export const sharedImages = ['studio', 'Data-Science.v2'] as const;

/** An alias that a foreign version may have and that a template may declare as well. */
export const contestedAlias = 'theirs';
