/** Records the history of a simulation, and its trace for people. */
import type { StackEvent } from '../sandbox/cloudformation/stack.ts';
import type { Fault } from '../sandbox/faults/fault.ts';
import { isList, type Json, mapOf } from '../sandbox/json.ts';
import type { Attempt, AttemptResult } from '../sandbox/lambda/lambda.ts';
import type { ApiAnswer } from '../sandbox/sagemaker/api-answer.ts';
import type { ImageVersionRecord } from '../sandbox/sagemaker/state.ts';
import type { VirtualClock } from '../sandbox/virtual-clock.ts';
import {
  type AnswerRecord,
  declarableAliases,
  foreignIn,
  type Images,
  isAdoptedBy,
  type MadeRecord,
  newHistory,
  type RequestRecord,
  versionNamed,
} from './run.ts';

/** The instant at which every simulation begins. */
export const epoch = Date.parse('2026-11-21T00:00:00Z');

export class Trace {
  readonly history = newHistory();
  /** The foreign versions, as people have left them. */
  foreign: readonly ImageVersionRecord[] = [];
  readonly #clock: VirtualClock;
  /** The request of each invocation, by Lambda's id of the invocation. */
  readonly #callers = new Map<string, RequestRecord>();
  /** The last call for each request. */
  readonly #lastCalls = new Map<string, string>();
  #lastFault = '';

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Adds a line for people, with the time since the simulation began. */
  add(line: string): void {
    const seconds = ((this.#clock.now() - epoch) / 1000).toFixed(3);
    this.history.lines.push(`${seconds.padStart(11)}  ${line}`);
  }

  fault(fault: Fault, what: string): void {
    const does = 'does' in fault ? fault.does : nameless[fault.on];
    const line = `  fault: ${does} (${what})`;
    // Stale reads and throttles come in rows.
    if (this.#lastFault !== line) this.add(line);
    this.#lastFault = line;
  }

  request(event: Json): void {
    const request = requestIn(event, this.#clock.now());
    this.history.requests.push(request);
    const { RequestType, LogicalResourceId, RequestId } = request;
    const { PhysicalResourceId = '' } = request.event;
    this.add(`request ${RequestId.slice(0, 8)}: ${RequestType} ${LogicalResourceId} ${PhysicalResourceId}`);
  }

  attempt({ functionArn, event, number }: Attempt, result: AttemptResult): void {
    const { RequestType, LogicalResourceId } = requestIn(event, this.#clock.now());
    const error = 'errorMessage' in result ? `: ${result.errorMessage}` : '';
    const name = functionArn.split('-').at(-1);
    this.add(`${name} ${RequestType} ${LogicalResourceId} attempt ${number} ${result.outcome}${error}`);
  }

  stackEvent(event: StackEvent): void {
    this.history.events.push(event);
    const { ResourceStatus, LogicalResourceId, PhysicalResourceId, ResourceStatusReason = '' } = event;
    this.add(`${ResourceStatus} ${LogicalResourceId} ${PhysicalResourceId} ${ResourceStatusReason}`);
  }

  /** Records an invocation that begins; returns its name in the trace. */
  invocation(name: string, event: Json, awsRequestId: string): string {
    const request = requestIn(event, this.#clock.now());
    this.#callers.set(awsRequestId, request);
    const what = `${name} ${request.RequestType} ${request.LogicalResourceId}`;
    this.add(`${what} begins`);
    return what;
  }

  /** Records a call of SageMaker by an invocation or, without `awsRequestId`, by CloudFormation itself. */
  call(awsRequestId: string | undefined, operation: string, input: Json, { status, body }: ApiAnswer): void {
    const caller = awsRequestId === undefined ? undefined : this.#callers.get(awsRequestId);
    const { LogicalResourceId = 'CloudFormation', RequestId = '' } = caller ?? {};
    const line = `  ${LogicalResourceId} ${operation} ${sorted(input)} -> ${status} ${body}`;
    // A repeated line is a poll.
    if (this.#lastCalls.get(RequestId) !== line) this.add(line);
    this.#lastCalls.set(RequestId, line);
    const { AliasesToAdd = [] } = mapOf(input);
    const isAdopted = operation === 'UpdateImageVersion' && isList(AliasesToAdd) && isAdoptedBy(AliasesToAdd);
    if (!(operation === 'CreateImageVersion' || isAdopted) || status !== 200 || caller === undefined) return;
    const { ImageVersionArn }: Pick<MadeRecord, 'ImageVersionArn'> = JSON.parse(body);
    this.history.made.push({ at: this.#clock.now(), ImageVersionArn, LogicalResourceId, isAdopted });
  }

  /** Records a call by a person. */
  byHand(operation: string, input: Json, { status }: ApiAnswer, images: Images): void {
    this.add(`  by hand: ${operation} ${sorted(input)} -> ${status}`);
    if (status !== 200) return;
    const { ImageName, Version, AliasesToAdd, AliasesToDelete } = mapOf(input);
    const removed = (images[String(ImageName)]?.versions ?? []).filter(
      (each) => operation === 'DeleteImage' || (operation === 'DeleteImageVersion' && each.Version === Version),
    );
    this.history.byHand.push({
      at: this.#clock.now(),
      ImageName: String(ImageName),
      operation,
      removed: removed.map(({ ImageVersionArn }) => ImageVersionArn),
      moved: [
        ...[AliasesToAdd, AliasesToDelete].flatMap((each) => each ?? []).map(String),
        ...removed.flatMap(declarableAliases),
      ],
    });
    this.foreign = structuredClone(foreignIn(images));
  }

  /** Records a PUT that begins. */
  answer(by: string, body: string, images: Images): void {
    const { Status, RequestId, PhysicalResourceId }: Pick<AnswerRecord, 'Status' | 'RequestId' | 'PhysicalResourceId'> =
      JSON.parse(body);
    const versionStatus = versionNamed(PhysicalResourceId, images)?.ImageVersionStatus;
    const at = this.#clock.now();
    this.history.answers.push({ at, by, RequestId, Status, PhysicalResourceId, versionStatus });
    this.add(`  PUT by ${by}: ${body}`);
  }
}

const nameless = {
  reads: 'stale-read',
  rate: 'throttle',
  creation: 'create-failed',
  deletion: 'delete-failed',
} as const;

/** The order of the members is the SDK's business. No input has nested maps. */
function sorted(input: Json): string {
  return JSON.stringify(input, Object.keys(mapOf(input)).toSorted());
}

/** The custom resource request that is the payload, or that is in the record that Lambda sends to a destination. */
export function requestIn(payload: Json, at: number): RequestRecord {
  const event = mapOf(mapOf(payload)['requestPayload'] ?? payload);
  const { RequestId, LogicalResourceId, RequestType } = event;
  const ids = { RequestId: String(RequestId), LogicalResourceId: String(LogicalResourceId) };
  return { at, event, ...ids, RequestType: String(RequestType) };
}
