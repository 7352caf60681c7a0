/** Runs a stack operation and prints its events as CloudFormation's console does: time, logical id, status, reason. */
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import type { StackEvent } from '../cloudformation/stack.ts';
import type { Json } from '../json.ts';
import type { AttemptResult, LambdaDependencies, NextStep, QueuedEvent } from '../lambda/asynchronous-invocation.ts';
import type { Sandbox } from '../sandbox.ts';
import { type Terminal, wrapped } from './terminal.ts';
import { requestIn } from './timeline/recording.ts';

export interface WatchDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

const patienceMs = 2000;

/**
 * Runs `act`, prints its stack events as they happen, and waits until Lambda has nothing left to do. Resolves with the
 * result of `act`, and with the number of the provider's calls of SageMaker, such as "7 (4 DescribeImageVersion, …)".
 */
export async function watch(
  act: () => Promise<OperationResult | undefined>,
  { cloudFormation, sageMaker, lambda, idle }: Pick<Sandbox, 'cloudFormation' | 'sageMaker' | 'lambda' | 'idle'>,
  { terminal, clock }: WatchDependencies,
) {
  const begun = clock.now();
  const counts = new Map<string, number>();
  const stopCalls = sageMaker.intercept((operation, _input, next) => {
    // CloudFormation calls only the operations on images; the provider makes all other calls.
    if (/ImageVersions?$|^ListAliases$/.test(operation)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return next();
  });
  const stopEvents = cloudFormation.onEvent((event) => {
    printEvent(event, elapsedColumn(event.Timestamp - begun), terminal);
  });
  try {
    const result = await act();
    const idled = new AbortController();
    void clock.sleep(patienceMs, idled.signal).then(
      () => {
        for (const sentence of waitedFor(lambda.queue(), clock.now())) terminal.prose(sentence, { indent: 2 });
      },
      () => {},
    );
    await idle().finally(() => idled.abort());
    return { result, calls: inWords(counts) };
  } finally {
    stopEvents();
    stopCalls();
  }
}

function inWords(counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'none';
  const parts = [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`);
  return `${total} (${parts.join(', ')})`;
}

/** What the sandbox waits for after the operation has ended, one sentence each. */
export function waitedFor(queue: readonly QueuedEvent[], now: number): readonly string[] {
  const sentences = queue.map(({ event, number, beginsAt }) => {
    const attempt = `attempt ${number}${nameOf(event)}`;
    const seconds = Math.ceil((beginsAt - now) / 1000);
    const what =
      seconds > 0 ? `${attempt} by Lambda, which begins in ${seconds} s` : `${attempt} by Lambda, which is running`;
    return `The operation has ended. The sandbox still waits for ${what}.`;
  });
  const others = 'The operation has ended. The sandbox still waits for events that --fault has delayed.';
  return sentences.length > 0 ? sentences : [others];
}

function nameOf(event: Json): string {
  const { LogicalResourceId, RequestType } = requestIn(event) ?? {};
  return LogicalResourceId === undefined ? '' : ` at the ${RequestType} of ${LogicalResourceId}`;
}

const longestCommonId = 12;

/** Prints an event on its own line, after `when`. A reason that does not fit goes below the status. */
export function printEvent(event: StackEvent, when: string, { line, colours, width }: Terminal): void {
  const { LogicalResourceId, ResourceStatus, ResourceStatusReason = '' } = event;
  const id = LogicalResourceId.padEnd(longestCommonId);
  const beforeStatus = `  ${when}  ${id}  `;
  const shown = `${colours.dim(`  ${when}`)}  ${id}  ${statusIn(colours, ResourceStatus)}`;
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
  terminal: Terminal,
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
export function printAside(source: string, text: string, elapsedMs: number, { line, colours, width }: Terminal): void {
  const before = `  ${elapsedColumn(elapsedMs)}  ${source.padEnd(longestCommonId)}  `;
  for (const [index, part] of wrapped(text, width - before.length).entries()) {
    line(colours.yellow(`${index === 0 ? before : ' '.repeat(before.length)}${part}`));
  }
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
