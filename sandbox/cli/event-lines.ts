/** Prints stack events with the columns of CloudFormation's console: time, logical id, status, reason. */
import type { StackEvent } from '../cloudformation/stack.ts';
import type { AttemptResult, LambdaDependencies } from '../lambda/asynchronous-invocation.ts';
import { type Terminal, wrapped } from './terminal.ts';
import { requestIn } from './timeline/recording.ts';

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

/** Prints failed attempts of Lambda, and the success of a later attempt. A first attempt that returns is not printed. */
export function printAttempt(
  elapsedMs: () => number,
  terminal: Terminal,
): NonNullable<LambdaDependencies['onAttempt']> {
  return ({ event, number }, result) => {
    const { LogicalResourceId, RequestType } = requestIn(event) ?? {};
    if (LogicalResourceId === undefined) return;
    const attempt = `attempt ${number} at the ${RequestType} of ${LogicalResourceId}`;
    if (result.outcome !== 'returned')
      printAside('Lambda', `${attempt} has ended: ${outcomeOf(result)}`, elapsedMs(), terminal);
    else if (number > 1) printAside('Lambda', `${attempt} has succeeded`, elapsedMs(), terminal);
  };
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

/** A duration, aligned for a column. */
export function elapsedColumn(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

/** A status in its colour: red for failures, yellow for rollbacks, green for success. */
export function statusIn(colours: Terminal['colours'], status: string): string {
  if (status.endsWith('_FAILED')) return colours.red(status);
  if (status.includes('ROLLBACK')) return colours.yellow(status);
  return /_COMPLETE$|^CREATED$/.test(status) ? colours.green(status) : status;
}
