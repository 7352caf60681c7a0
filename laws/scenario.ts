/**
 * A simulated scenario: what happens to one stack, drawn from a seed by `draw-scenario.ts` and simulated by `live.ts`. Plain data,
 * so that a scenario can be shrunk and written down.
 */
import type { CloudFormationSettings } from '../sandbox/cloudformation/settings.ts';
import type { Fault } from '../sandbox/faults/fault.ts';
import type { Json } from '../sandbox/json.ts';
import type { DurationRange } from '../sandbox/sagemaker/settings.ts';
import type { Switches } from '../sandbox/sagemaker/switches.ts';

export interface Scenario {
  /** Where the chance of the run itself comes from: durations, jitter, ids. */
  readonly seed: number;
  /** Only those that are not on their likelier side. */
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
  /** Of the provider's function; undefined: as its template says. */
  readonly providerTimeoutSeconds?: number | undefined;
  /** Versions of images outside the stack, that are there before it. */
  readonly foreign: readonly ForeignVersion[];
  readonly operations: readonly OperationPlan[];
}

export interface ForeignVersion {
  readonly ImageName: string;
  readonly Aliases: readonly string[];
}

/** What is asked of the stack. Where its status allows only something else (ContinueUpdateRollback, say), that is done. */
export interface OperationPlan {
  readonly kind: 'deploy' | 'delete';
  readonly template: TemplatePlan;
  /** When the update is cancelled, if it still runs then. */
  readonly cancelAfterMs?: number | undefined;
  /** Whether the next operation begins only when Lambda has nothing left to do. */
  readonly isAwaited: boolean;
  /** From its end to the next operation. */
  readonly pauseMs: number;
  /** Whether each of its requests is delivered once more when all is over. */
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
  /** Of the BaseImage: one that begins with `does-not-exist` cannot be had. */
  readonly tag: string;
  readonly Revision?: string | undefined;
  readonly Alias?: string | undefined;
  readonly Aliases: readonly string[];
  readonly metadata: Readonly<Record<string, Json>>;
  /** What the provider has to refuse. */
  readonly nonsense?: Readonly<Record<string, Json>> | undefined;
  readonly ServiceTimeout?: number | undefined;
  /** Logical ids of versions. */
  readonly DependsOn: readonly string[];
  readonly DeletionPolicy?: 'Retain' | 'RetainExceptOnCreate' | undefined;
  readonly UpdateReplacePolicy?: 'Retain' | undefined;
}

/** A custom resource of somebody else, which fails or succeeds at a chosen snapshot. */
export interface SiblingPlan {
  readonly id: string;
  readonly afterMs: number;
  readonly fails: boolean;
  /** Whether the first attempt to roll its update back fails. */
  readonly failsToRollBack: boolean;
  /** Any change of it is an update. */
  readonly generation: number;
}

/** Every alias that a version declares, each once. */
export function plannedAliases({ Alias, Aliases }: VersionPlan): readonly string[] {
  return [...new Set([...(Alias === undefined ? [] : [Alias]), ...Aliases])];
}

/** The images that are there before the stack. */
export const sharedImages = ['studio', 'Data-Science.v2'] as const;

/** An alias that a foreign version may hold and a template may ask for all the same. */
export const contestedAlias = 'theirs';
