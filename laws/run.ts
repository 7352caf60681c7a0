/** The record of one simulation, which the invariants are checked against. */
import type { CustomResourceRequest } from '../sandbox/cloudformation/custom-resource.ts';
import { liveResources, type ResourceRecord, type Stack, type StackEvent } from '../sandbox/cloudformation/stack.ts';
import { isPersons } from '../sandbox/faults/person.ts';
import type { Json } from '../sandbox/json.ts';
import type { ImageRecord, ImageVersionRecord } from '../sandbox/sagemaker/state.ts';
import type { OperationPlan, Scenario } from './scenario.ts';

export type Images = Readonly<Record<string, ImageRecord>>;

/** CloudFormation's stack and SageMaker's images at one instant. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stack: Stack | undefined;
  readonly images: Images;
  /** Whether Lambda had nothing left to do. */
  readonly isQuiet: boolean;
}

/** A request that CloudFormation has sent to the provider. */
export interface RequestRecord extends CustomResourceRequest {
  readonly at: number;
}

/** A version that a resource has created or adopted. */
export interface MadeRecord {
  readonly at: number;
  readonly ImageVersionArn: string;
  readonly LogicalResourceId: string;
  readonly isAdopted: boolean;
}

/** A PUT by the provider or its failsafe. */
export interface AnswerRecord {
  /** The logical id of the function that sends it. */
  readonly by: string;
  readonly RequestId: string;
  readonly Status: string;
  readonly PhysicalResourceId: string;
  readonly at: number;
  /** The status at that instant of the version that PhysicalResourceId names; undefined if it does not exist. */
  readonly versionStatus: string | undefined;
}

/** A change that a person has made by hand. */
export interface HandRecord {
  readonly at: number;
  readonly operation: string;
  /** The versions that it has removed, or begun to remove. */
  readonly removed: readonly string[];
  /** The aliases that it has given to a version of the person's own, taken off another one, or removed with a version. */
  readonly moved: readonly string[];
  readonly ImageName: string;
}

/** The records that grow during the simulation. */
export interface History {
  readonly requests: RequestRecord[];
  readonly answers: AnswerRecord[];
  readonly made: MadeRecord[];
  readonly events: StackEvent[];
  readonly logLines: string[];
  readonly byHand: HandRecord[];
  /** The trace: a line for each event, for people. */
  readonly lines: string[];
}

export interface Step {
  readonly operation: OperationPlan;
  readonly call: string;
  /** Whether CloudFormation was told not to roll a failure back. */
  readonly isWithoutRollback: boolean;
  readonly before: Snapshot;
  /** When the stack had reached its final status. */
  readonly ended: Snapshot;
  /** When Lambda had nothing left to do either, if the operation is awaited. */
  readonly after: Snapshot;
  /** After its requests were delivered once more; undefined if they were not. */
  readonly repeated: Snapshot | undefined;
  /** The snapshot that a rollback must restore: the one before the update. */
  readonly origin: Snapshot;
  /** The logical ids that CloudFormation was asked to skip so far. */
  readonly skipped: readonly string[];
  /** The records that the operation added to the history. */
  readonly added: Omit<History, 'lines'>;
}

export interface Run {
  readonly scenario: Scenario;
  /** The versions that are neither the stack's nor have ever been, as people have left them. */
  readonly foreign: readonly ImageVersionRecord[];
  readonly steps: readonly Step[];
  readonly history: History;
}

export function newHistory(): History {
  return { requests: [], answers: [], made: [], events: [], logLines: [], byHand: [], lines: [] };
}

/** Returns a function that returns the records added to the history since this call. */
export function recordsSince({ lines: _, ...lists }: History): () => Step['added'] {
  const begun = Object.entries<readonly unknown[]>(lists).map(([name, list]) => ({ name, list, length: list.length }));
  // The compiler cannot follow a map that is filled name by name.
  return () => Object.fromEntries(begun.map(({ name, list, length }) => [name, list.slice(length)])) as Step['added'];
}

export function versionsIn(images: Images): readonly ImageVersionRecord[] {
  return Object.values(images).flatMap(({ versions }) => versions);
}

/** Chooses the records about the resource with this logical id. */
export function about(id: string | undefined) {
  return ({ LogicalResourceId }: Pick<StackEvent, 'LogicalResourceId'>): boolean => LogicalResourceId === id;
}

export function withStatus<T extends Pick<StackEvent, 'ResourceStatus'>>(all: readonly T[], status: string) {
  return all.filter(({ ResourceStatus }) => ResourceStatus === status);
}

/** The stack's resources for image versions that are not gone. */
export function imageVersionsOf(stack: Stack | undefined): readonly ResourceRecord[] {
  if (stack === undefined) return [];
  return liveResources(stack).filter(({ ResourceType }) => ResourceType === 'Custom::SageMakerImageVersion');
}

/** Whether the last operation has brought the stack to what its template declares. */
export function isComplete({ stack }: Snapshot): boolean {
  return stack?.StackStatus === 'CREATE_COMPLETE' || stack?.StackStatus === 'UPDATE_COMPLETE';
}

/** The image versions of a complete stack that no person has removed; none where the stack has another status. */
export function completeVersions(run: Run, snapshot: Snapshot): readonly ResourceRecord[] {
  if (!isComplete(snapshot)) return [];
  return imageVersionsOf(snapshot.stack).filter((resource) => !isRemovedByHand(run, resource));
}

/** The aliases of the version that a template can declare: all but the provider's own. */
export function declarableAliases({ Aliases }: ImageVersionRecord): readonly string[] {
  return Aliases.filter((alias) => !alias.startsWith('cfn-'));
}

export function versionNamed(ImageVersionArn: string, images: Images): ImageVersionRecord | undefined {
  return versionsIn(images).find((version) => version.ImageVersionArn === ImageVersionArn);
}

/** The ClientTokens of the versions that exist before the stack begin so. */
export const preexistingToken = 'preexisting-';

export function foreignIn(images: Images): readonly ImageVersionRecord[] {
  return versionsIn(images).filter((each) => isPersons(each) || each.ClientToken.startsWith(preexistingToken));
}

/** Whether one of the aliases shows that a stack has adopted the version. */
export function isAdoptedBy(aliases: readonly Json[] = []): boolean {
  return aliases.some((alias) => /^cfn-[0-9a-f]{16}-[0-9a-f]{16}-adopted-/.test(String(alias)));
}

/** Whether a person has removed the version that the resource refers to. */
export function isRemovedByHand({ history }: Run, { LogicalResourceId, PhysicalResourceId: arn }: ResourceRecord) {
  const removed = history.byHand.findLast((act) => act.removed.includes(arn));
  // An image that is created again begins its numbers again.
  const made = history.made.filter(about(LogicalResourceId)).findLast(({ ImageVersionArn }) => ImageVersionArn === arn);
  return removed !== undefined && (made === undefined || made.at <= removed.at);
}

/** Whether the request had been sent at that instant, and neither the provider nor its failsafe had answered yet. */
export function isUnanswered({ history }: Run, { at, RequestId }: RequestRecord, instant: number): boolean {
  const answer = history.answers.find((each) => each.RequestId === RequestId);
  return at <= instant && instant <= (answer?.at ?? Number.POSITIVE_INFINITY);
}

/** Returns a sentence for each violation in the last step of the run; none where the invariant holds. */
export type Invariant = (run: Run, step: Step) => readonly string[];
