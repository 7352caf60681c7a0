/** What has happened in a scenario, for the checkInvariants and for whoever reads its run. */
import type { Stack, StackEvent } from '../sandbox/cloudformation/stack.ts';
import type { JsonMap } from '../sandbox/json.ts';
import type { ImageRecord, ImageVersionRecord } from '../sandbox/sagemaker/state.ts';
import type { OperationPlan, Scenario } from './scenario.ts';

export type Images = Readonly<Record<string, ImageRecord>>;

/** Both worlds at one instant. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined where there is none, or no more. */
  readonly stack: Stack | undefined;
  readonly images: Images;
  /** Whether Lambda had nothing left to do. */
  readonly isQuiet: boolean;
}

/** A request that CloudFormation has sent to the provider. */
export interface RequestRecord {
  readonly at: number;
  readonly event: JsonMap;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly RequestType: string;
}

/** A version that the provider has asked for. */
export interface MadeRecord {
  readonly at: number;
  readonly ImageVersionArn: string;
  readonly LogicalResourceId: string;
}

/** A PUT of the provider, or of its failsafe. */
export interface AnswerRecord {
  /** The function that answers. */
  readonly by: string;
  readonly RequestId: string;
  readonly Status: string;
  readonly PhysicalResourceId: string;
  readonly at: number;
  /** The status of the version that PhysicalResourceId names, at that instant; undefined where there is none. */
  readonly versionStatus: string | undefined;
}

/** Everything that accumulates. */
export interface History {
  readonly requests: RequestRecord[];
  readonly answers: AnswerRecord[];
  readonly made: MadeRecord[];
  readonly events: StackEvent[];
  readonly logLines: string[];
  /** For people: what happened, in order. */
  readonly lines: string[];
}

/** One operation that was carried out. */
export interface Step {
  readonly operation: OperationPlan;
  /** What was asked of CloudFormation. */
  readonly call: string;
  readonly before: Snapshot;
  /** When the stack had reached its final status. */
  readonly ended: Snapshot;
  /** When Lambda, too, had nothing left to do, if that was awaited. */
  readonly after: Snapshot;
  /** Only where the operation's requests were delivered once more: the snapshot after that. */
  readonly repeated: Snapshot | undefined;
  /** Where a rollback leads to: the snapshot before the update that it undoes. */
  readonly origin: Snapshot;
  /** Logical ids that somebody has told CloudFormation to leave as they are, so far. */
  readonly skipped: readonly string[];
  /** What it has added to the history. */
  readonly added: Omit<History, 'lines'>;
}

/** A scenario that was simulated. */
export interface Run {
  readonly scenario: Scenario;
  /** The versions that were there before the stack. */
  readonly preexisting: readonly ImageVersionRecord[];
  readonly steps: readonly Step[];
  readonly history: History;
}

export function newHistory(): History {
  return { requests: [], answers: [], made: [], events: [], logLines: [], lines: [] };
}

/** What has been added to the history since it was as long as `mark` says. */
export function addedSince(history: History, mark: Mark): Step['added'] {
  return {
    requests: history.requests.slice(mark.requests),
    answers: history.answers.slice(mark.answers),
    made: history.made.slice(mark.made),
    events: history.events.slice(mark.events),
    logLines: history.logLines.slice(mark.logLines),
  };
}

export type Mark = Readonly<Record<keyof Step['added'], number>>;

export function markOf({ requests, answers, made, events, logLines }: History): Mark {
  return {
    requests: requests.length,
    answers: answers.length,
    made: made.length,
    events: events.length,
    logLines: logLines.length,
  };
}

/** Every version of every image. */
export function versionsIn(images: Images): readonly ImageVersionRecord[] {
  return Object.values(images).flatMap(({ versions }) => versions);
}
