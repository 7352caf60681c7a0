/** Records the history of a simulation, and its trace for people. */
import { type CustomResourceRequest, requestIn } from '../sandbox/cloudformation/custom-resource.ts';
import type { StackEvent } from '../sandbox/cloudformation/stack.ts';
import type { Fault } from '../sandbox/faults/fault.ts';
import { isList, type Json, type JsonMap, mapOf } from '../sandbox/json.ts';
import type { Attempt, AttemptResult } from '../sandbox/lambda/lambda.ts';
import type { ApiAnswer } from '../sandbox/sagemaker/api-answer.ts';
import type { ImageVersionRecord } from '../sandbox/sagemaker/state.ts';
import type { VirtualClock } from '../sandbox/virtual-clock.ts';
import { declarableAliases, foreignIn, type Images, isAdoptedBy, newHistory, versionNamed } from './run.ts';

/** The instant at which every simulation begins. */
export const epoch = Date.parse('2026-11-21T00:00:00Z');

export class Trace {
  readonly history = newHistory();
  /** The foreign versions, as people have left them. */
  foreign: readonly ImageVersionRecord[] = [];
  readonly #clock: VirtualClock;
  /** The request of each invocation, by Lambda's id of the invocation. */
  readonly #callers = new Map<string, CustomResourceRequest>();
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
    const request = requestIn(event);
    if (request === undefined) return;
    this.history.requests.push({ at: this.#clock.now(), ...request });
    const { RequestType, LogicalResourceId, RequestId } = request;
    const { PhysicalResourceId = '' } = request.event;
    this.add(`request ${RequestId.slice(0, 8)}: ${RequestType} ${LogicalResourceId} ${PhysicalResourceId}`);
  }

  attempt({ functionArn, event, number }: Attempt, result: AttemptResult): void {
    const request = requestIn(event);
    if (request === undefined) return;
    const { RequestType, LogicalResourceId } = request;
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
    const request = requestIn(event);
    if (request !== undefined) this.#callers.set(awsRequestId, request);
    const { RequestType = '', LogicalResourceId = '' } = request ?? {};
    const what = `${name} ${RequestType} ${LogicalResourceId}`;
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
    const { ImageVersionArn }: JsonMap = JSON.parse(body);
    const made = { ImageVersionArn: String(ImageVersionArn), LogicalResourceId, isAdopted };
    this.history.made.push({ at: this.#clock.now(), ...made });
  }

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
    const response: JsonMap = JSON.parse(body);
    const PhysicalResourceId = String(response['PhysicalResourceId']);
    const ids = { RequestId: String(response['RequestId']), PhysicalResourceId };
    const versionStatus = versionNamed(PhysicalResourceId, images)?.ImageVersionStatus;
    this.history.answers.push({ at: this.#clock.now(), by, ...ids, Status: String(response['Status']), versionStatus });
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
