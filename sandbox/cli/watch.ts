/** Runs a stack operation and prints its events as CloudFormation's console does: time, logical id, status, reason. */
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import { isCustomResourceType, requestIn } from '../cloudformation/custom-resource.ts';
import type { StackEvent } from '../cloudformation/stack.ts';
import type { Json } from '../json.ts';
import type { AttemptResult, LambdaDependencies, NextStep, QueuedEvent } from '../lambda/lambda.ts';
import type { RecordedSandbox } from './provider-sandbox.ts';
import type { Terminal } from './terminal.ts';
import { countCalls, isOfStack, type RecordedCall } from './timeline/recording.ts';

export interface WatchDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** `idWidth`: the width of the column for logical ids; 12 by default. */
type EventTerminal = Terminal & { readonly idWidth?: number };

/** `isServed`: the operation runs in another process, whose queue of Lambda is unknown. */
type Watched = Pick<RecordedSandbox, 'cloudFormation' | 'recorder' | 'lambda' | 'idle'> & { isServed?: boolean };

const patienceMs = 2000;
const longSilenceMs = 10_000;

/**
 * Runs `act`, prints and records its stack events as they happen, and waits until Lambda has nothing left to do. Resolves
 * with the result of `act`, and with the number of the provider's calls, such as "7 (4 DescribeImageVersion, …)".
 */
export async function watch(
  act: () => Promise<OperationResult | undefined>,
  { cloudFormation, recorder, lambda, idle, isServed }: Watched,
  { terminal, clock }: WatchDependencies & { readonly terminal: EventTerminal },
) {
  const begun = clock.now();
  let lastEventAt = begun;
  const lastEvents = new Map<string, StackEvent>();
  const callsBefore = recorder.recording.calls.length;
  const stopEvents = cloudFormation.onEvent((event) => {
    lastEventAt = clock.now();
    recorder.event(event);
    if (!isOfStack(event)) lastEvents.set(event.LogicalResourceId, event);
    printEvent(event, elapsedColumn(event.Timestamp - begun), terminal);
  });
  const print = (sentences: readonly string[]) => {
    for (const sentence of sentences) terminal.prose(sentence, { indent: 2 });
  };
  try {
    const acted = new AbortController();
    const report = () => print(pending([...lastEvents.values()], isServed ? undefined : lambda.queue(), clock.now()));
    void reportSilence({ clock, signal: acted.signal, lastEventAt: () => lastEventAt, report }).catch(() => {});
    const result = await act().finally(() => acted.abort());
    const idled = new AbortController();
    const reportWait = () => print(waitedFor(lambda.queue(), clock.now()));
    void clock.sleep(patienceMs, idled.signal).then(reportWait, () => {});
    await idle().finally(() => idled.abort());
    return { result, calls: inWords(recorder.recording.calls.slice(callsBefore)) };
  } finally {
    stopEvents();
  }
}

function inWords(calls: readonly RecordedCall[]): string {
  const counts = [...countCalls(calls)].toSorted(([, one], [, other]) => other - one);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return total === 0 ? 'none' : `${total} (${counts.map(([operation, count]) => `${count} ${operation}`).join(', ')})`;
}

type Silence = { clock: Clock; signal: AbortSignal; lastEventAt: () => number; report: () => void };

/** Reports whenever there was no event for 10 s, then for 20 s, 40 s and so on. Rejects when `signal` aborts. */
export async function reportSilence({ clock, signal, lastEventAt, report }: Silence): Promise<never> {
  let silentSince = lastEventAt();
  for (let patience = longSilenceMs; ; ) {
    if (lastEventAt() !== silentSince) {
      silentSince = lastEventAt();
      patience = longSilenceMs;
    }
    const leftMs = silentSince + patience - clock.now();
    if (leftMs > 0) {
      // An event in the meantime makes the next report due 10 s after it.
      await clock.sleep(Math.min(leftMs, longSilenceMs), signal);
    } else {
      report();
      patience *= 2;
    }
  }
}

type Queue = readonly QueuedEvent[];

/** What an operation waits for after the last event of each resource, one sentence each. The queue can be unknown. */
export function pending(lastEvents: readonly StackEvent[], queue: Queue | undefined, now: number): readonly string[] {
  const unfinished = lastEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('_IN_PROGRESS'));
  const named = unfinished.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} (${ResourceStatus})`);
  const sentences = [
    `Still working on ${named.join(', ') || 'the stack'}.`,
    ...(queue ?? []).map((queued) => `It waits for ${attemptIn(queued, now)}.`),
  ];
  const isUnanswered = queue?.length === 0 && unfinished.some(({ ResourceType }) => isCustomResourceType(ResourceType));
  const advice = 'No invocation is left. Without an answer, CloudFormation waits until ServiceTimeout.';
  return isUnanswered ? [...sentences, advice] : sentences;
}

/** What the sandbox waits for after the operation has ended, one sentence each. */
export function waitedFor(queue: Queue, now: number): readonly string[] {
  const sentence = (what: string) => `The operation has ended. The sandbox still waits for ${what}.`;
  if (queue.length === 0) return [sentence('events that --fault has delayed')];
  return queue.map((queued) => sentence(attemptIn(queued, now)));
}

function attemptIn({ event, number, beginsAt }: QueuedEvent, now: number): string {
  const seconds = Math.ceil((beginsAt - now) / 1000);
  return `Lambda's attempt ${number}${nameOf(event)}, ${seconds > 0 ? `which begins in ${seconds} s` : 'which is running'}`;
}

function nameOf(event: Json): string {
  const { LogicalResourceId, RequestType } = requestIn(event) ?? {};
  return LogicalResourceId === undefined ? '' : ` at the ${RequestType} of ${LogicalResourceId}`;
}

const usualIdWidth = 12;
const largestIdWidth = 32;

export function idWidthOf(ids: readonly string[]): number {
  return Math.min(largestIdWidth, Math.max(usualIdWidth, ...ids.map((id) => id.length)));
}

/** Prints an event on its own line, after `when`. A longer id has a line of its own; a longer reason goes below the status. */
export function printEvent(event: StackEvent, when: string, terminal: EventTerminal): void {
  const { line, prose, colours, width, idWidth = usualIdWidth } = terminal;
  const { LogicalResourceId, ResourceStatus, ResourceStatusReason: reason = '' } = event;
  const time = colours.dim(`  ${when}`);
  const isLong = LogicalResourceId.length > idWidth;
  if (isLong) line(`${time}  ${LogicalResourceId}`);
  const shown = `${time}  ${(isLong ? '' : LogicalResourceId).padEnd(idWidth)}  ${statusIn(colours, ResourceStatus)}`;
  const indent = when.length + idWidth + 6;
  const isShort = indent + ResourceStatus.length + 2 + reason.length <= width;
  line(isShort && reason !== '' ? `${shown}  ${colours.dim(reason)}` : shown);
  const style = /_FAILED$|ROLLBACK/.test(ResourceStatus) ? colours.yellow : colours.dim;
  if (!isShort) prose(reason, { indent, style });
}

type OnAttempt = NonNullable<LambdaDependencies['onAttempt']>;

/** Prints failed attempts of Lambda with what follows, and the success of a later attempt, but not of the first. */
export function printAttempt(elapsedMs: () => number, terminal: EventTerminal): OnAttempt {
  return ({ event, number }, result, next) => {
    const name = nameOf(event);
    const hasReturned = result.outcome === 'returned';
    if (name === '' || (hasReturned && number === 1)) return;
    const end = hasReturned ? 'succeeded' : `ended: ${outcomeOf(result)}. ${stepAfter(next)}`;
    printAside('Lambda', `attempt ${number}${name} has ${end}`, elapsedMs(), terminal);
  };
}

function stepAfter(next: NextStep | undefined): string {
  if (next?.does === 'retry') return `Lambda tries again in ${Math.round(next.afterMs / 1000)} s.`;
  if (next?.destination === undefined)
    return 'Lambda gives up. CloudFormation waits for a response until ServiceTimeout.';
  return `Lambda gives up, and calls the OnFailure destination ${next.destination.replace(/^.*:/, '')}.`;
}

function outcomeOf(result: AttemptResult): string {
  if (result.outcome === 'threw') return `${result.errorType}: ${result.errorMessage}`;
  if (result.outcome === 'exited') return result.errorMessage.replace(/^RequestId: \S+ Error: /, '');
  return result.outcome;
}

/** Prints a line between the events that does not come from CloudFormation. */
export function printAside(source: string, text: string, elapsedMs: number, terminal: EventTerminal): void {
  const { prose, colours, idWidth = usualIdWidth } = terminal;
  const before = `  ${elapsedColumn(elapsedMs)}  ${source.padEnd(idWidth)}  `;
  prose(text, { indent: before.length, first: colours.yellow(before), style: colours.yellow });
}

const linesOfRepeated = 5;

/** Prints a repeated line five times, then only the 10th, the 100th and so on, each with its number. */
export function countRepeated(printLine: (text: string) => void) {
  const counts = new Map<string, number>();
  return {
    print(text: string): void {
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      if (count <= linesOfRepeated) printLine(text);
      else if (/^10+$/.test(String(count))) printLine(`${text}, ${count} times so far`);
    },
    /** How often each line came that was not printed each time. */
    totals: (): readonly string[] =>
      [...counts].filter(([, count]) => count > linesOfRepeated).map(([text, count]) => `${text}: ${count} times`),
  };
}

export function elapsedColumn(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

export function statusIn(colours: Terminal['colours'], status: string): string {
  if (status.endsWith('_FAILED')) return colours.red(status);
  if (status.includes('ROLLBACK')) return colours.yellow(status);
  return /_COMPLETE$|^CREATED$/.test(status) ? colours.green(status) : status;
}
