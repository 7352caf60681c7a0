/** Runs a stack operation and prints its events as CloudFormation's console does: time, logical id, status, reason. */
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import type { StackEvent } from '../cloudformation/stack.ts';
import type { Json } from '../json.ts';
import type { AttemptResult, LambdaDependencies, NextStep, QueuedEvent } from '../lambda/lambda.ts';
import type { RecordedSandbox } from './provider-sandbox.ts';
import { type Terminal, wrapped } from './terminal.ts';
import { type RecordedCall, requestIn } from './timeline/recording.ts';

export interface WatchDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** A terminal with a column for logical ids. */
interface EventTerminal extends Terminal {
  /** 12 by default. */
  readonly idWidth?: number;
}

interface Watched extends Pick<RecordedSandbox, 'cloudFormation' | 'recorder' | 'lambda' | 'idle'> {
  /** Whether the operation runs in another process, whose queue of Lambda is unknown. */
  readonly isServed?: boolean;
}

const patienceMs = 2000;
const longSilenceMs = 10_000;

/**
 * Runs `act`, prints its stack events as they happen, and waits until Lambda has nothing left to do. Resolves with the
 * result of `act`, and with the number of the provider's calls of SageMaker, such as "7 (4 DescribeImageVersion, …)".
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
    if (event.PhysicalResourceId !== event.StackId) lastEvents.set(event.LogicalResourceId, event);
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
    void clock.sleep(patienceMs, idled.signal).then(
      () => print(waitedFor(lambda.queue(), clock.now())),
      () => {},
    );
    await idle().finally(() => idled.abort());
    return { result, calls: inWords(recorder.recording.calls.slice(callsBefore)) };
  } finally {
    stopEvents();
  }
}

function inWords(calls: readonly RecordedCall[]): string {
  // CloudFormation's own calls have no LogicalResourceId.
  const made = calls
    .filter(({ LogicalResourceId }) => LogicalResourceId !== undefined)
    .map(({ operation }) => operation);
  if (made.length === 0) return 'none';
  const counts = [...new Set(made)].map((name) => ({ name, count: made.filter((each) => each === name).length }));
  const parts = counts.sort((one, other) => other.count - one.count).map(({ name, count }) => `${count} ${name}`);
  return `${made.length} (${parts.join(', ')})`;
}

interface Silence extends Pick<WatchDependencies, 'clock'> {
  readonly signal: AbortSignal;
  readonly lastEventAt: () => number;
  readonly report: () => void;
}

/** Reports whenever there was no event for 10 s, then for 20 s, 40 s and so on. Rejects when `signal` aborts. */
export async function reportSilence({ clock, signal, lastEventAt, report }: Silence): Promise<never> {
  let silentSince = lastEventAt();
  for (let patience = longSilenceMs; ; ) {
    const left = silentSince + patience - clock.now();
    if (lastEventAt() !== silentSince) {
      silentSince = lastEventAt();
      patience = longSilenceMs;
    } else if (left <= 0) {
      report();
      patience *= 2;
    } else {
      await clock.sleep(Math.min(left, longSilenceMs), signal);
    }
  }
}

/** What an operation waits for after the last event of each resource, one sentence each. The queue can be unknown. */
export function pending(
  lastEvents: readonly StackEvent[],
  queue: readonly QueuedEvent[] | undefined,
  now: number,
): readonly string[] {
  const unfinished = lastEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('_IN_PROGRESS'));
  const named = unfinished.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} (${ResourceStatus})`);
  const attempts = (queue ?? []).map((queued) => `It waits for ${attemptIn(queued, now)}.`);
  const isUnanswered = queue?.length === 0 && unfinished.some(({ ResourceType }) => isCustomResourceType(ResourceType));
  return [
    `Still working on ${named.join(', ') || 'the stack'}.`,
    ...attempts,
    ...(isUnanswered ? ['No invocation is left. Without an answer, CloudFormation waits until ServiceTimeout.'] : []),
  ];
}

/** What the sandbox waits for after the operation has ended, one sentence each. */
export function waitedFor(queue: readonly QueuedEvent[], now: number): readonly string[] {
  const sentences = queue.map(
    (queued) => `The operation has ended. The sandbox still waits for ${attemptIn(queued, now)}.`,
  );
  const others = 'The operation has ended. The sandbox still waits for events that --fault has delayed.';
  return sentences.length > 0 ? sentences : [others];
}

function attemptIn({ event, number, beginsAt }: QueuedEvent, now: number): string {
  const seconds = Math.ceil((beginsAt - now) / 1000);
  return `attempt ${number}${nameOf(event)} by Lambda, which ${seconds > 0 ? `begins in ${seconds} s` : 'is running'}`;
}

function nameOf(event: Json): string {
  const { LogicalResourceId, RequestType } = requestIn(event) ?? {};
  return LogicalResourceId === undefined ? '' : ` at the ${RequestType} of ${LogicalResourceId}`;
}

const usualIdWidth = 12;
const largestIdWidth = 32;

/** The width of the column for these logical ids. */
export function idWidthOf(ids: readonly string[]): number {
  return Math.min(largestIdWidth, Math.max(usualIdWidth, ...ids.map((id) => id.length)));
}

/** Prints an event on its own line, after `when`. A longer id has a line of its own; a longer reason goes below the status. */
export function printEvent(event: StackEvent, when: string, terminal: EventTerminal): void {
  const { line, colours, width, idWidth = usualIdWidth } = terminal;
  const { LogicalResourceId, ResourceStatus, ResourceStatusReason = '' } = event;
  const isLong = LogicalResourceId.length > idWidth;
  if (isLong) line(`${colours.dim(`  ${when}`)}  ${LogicalResourceId}`);
  const beforeStatus = `  ${when}  ${' '.repeat(idWidth)}  `;
  const start = isLong ? beforeStatus : `${colours.dim(`  ${when}`)}  ${LogicalResourceId.padEnd(idWidth)}  `;
  const shown = `${start}${statusIn(colours, ResourceStatus)}`;
  if (ResourceStatusReason.length <= width - beforeStatus.length - ResourceStatus.length - 2) {
    line(ResourceStatusReason === '' ? shown : `${shown}  ${colours.dim(ResourceStatusReason)}`);
    return;
  }
  line(shown);
  const style = /_FAILED$|ROLLBACK/.test(ResourceStatus) ? colours.yellow : colours.dim;
  for (const part of wrapped(ResourceStatusReason, width - beforeStatus.length)) {
    line(`${' '.repeat(beforeStatus.length)}${style(part)}`);
  }
}

/**
 * Prints failed attempts of Lambda with what follows, and the success of a later attempt. A first attempt that returns is
 * not printed.
 */
export function printAttempt(
  elapsedMs: () => number,
  terminal: EventTerminal,
): NonNullable<LambdaDependencies['onAttempt']> {
  return ({ event, number }, result, next) => {
    const name = nameOf(event);
    if (name === '') return;
    const attempt = `attempt ${number}${name}`;
    if (result.outcome !== 'returned')
      printAside('Lambda', `${attempt} has ended: ${outcomeOf(result)}. ${stepAfter(next)}`, elapsedMs(), terminal);
    else if (number > 1) printAside('Lambda', `${attempt} has succeeded`, elapsedMs(), terminal);
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
  const { line, colours, width, idWidth = usualIdWidth } = terminal;
  const before = `  ${elapsedColumn(elapsedMs)}  ${source.padEnd(idWidth)}  `;
  for (const [index, part] of wrapped(text, width - before.length).entries()) {
    line(colours.yellow(`${index === 0 ? before : ' '.repeat(before.length)}${part}`));
  }
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

/** A status in its colour: red for failures, yellow for rollbacks, green for success. */
export function statusIn(colours: Terminal['colours'], status: string): string {
  if (status.endsWith('_FAILED')) return colours.red(status);
  if (status.includes('ROLLBACK')) return colours.yellow(status);
  return /_COMPLETE$|^CREATED$/.test(status) ? colours.green(status) : status;
}
