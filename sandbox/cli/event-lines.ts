/** Stack events in the order of CloudFormation's console: when, what, status, and why. */
import type { StackEvent } from '../cloudformation/stack.ts';
import type { AttemptResult, LambdaDependencies } from '../lambda/asynchronous-invocation.ts';
import { type Terminal, wrapped } from './terminal.ts';
import { requestIn } from './timeline/recording.ts';

const longestCommonId = 12;

/** Writes an event on a line of its own, behind `when`; a reason that does not fit goes under the status. */
export function printEvent(event: StackEvent, when: string, { line, colours, width }: Terminal): void {
  const { LogicalResourceId, ResourceStatus, ResourceStatusReason = '' } = event;
  const beforeStatus = `  ${when}  ${LogicalResourceId.padEnd(longestCommonId)}  `;
  const shown = `${colours.dim(`  ${when}`)}  ${LogicalResourceId.padEnd(longestCommonId)}  ${statusIn(colours, ResourceStatus)}`;
  const columnsLeft = width - beforeStatus.length - ResourceStatus.length - 2;
  if (ResourceStatusReason.length <= columnsLeft) {
    line(ResourceStatusReason === '' ? shown : `${shown}  ${colours.dim(ResourceStatusReason)}`);
    return;
  }
  line(shown);
  const style = isBad(ResourceStatus) ? colours.yellow : colours.dim;
  for (const part of wrapped(ResourceStatusReason, width - beforeStatus.length)) {
    line(`${' '.repeat(beforeStatus.length)}${style(part)}`);
  }
}

/** Writes that a fault happens, `elapsedMs` after the beginning of the operation. */
export function printFault(told: string, elapsedMs: number, terminal: Terminal): void {
  printAside('fault', told, elapsedMs, terminal);
}

/** Writes what Lambda does beyond a first invocation that returns: its failures, and the attempts that follow. */
export function printAttempt(
  elapsedMs: () => number,
  terminal: Terminal,
): NonNullable<LambdaDependencies['onAttempt']> {
  return ({ event, number }, result) => {
    const { LogicalResourceId, RequestType } = requestIn(event) ?? {};
    if (LogicalResourceId === undefined) return;
    const what = `attempt ${number} at the ${RequestType} of ${LogicalResourceId}`;
    if (result.outcome !== 'returned')
      printAside('Lambda', `${what} has ended: ${outcomeOf(result)}`, elapsedMs(), terminal);
    else if (number > 1) printAside('Lambda', `${what} has succeeded`, elapsedMs(), terminal);
  };
}

function outcomeOf(result: AttemptResult): string {
  switch (result.outcome) {
    case 'throttled':
    case 'timed out':
    case 'returned':
      return result.outcome;
    case 'threw':
      return `${result.errorType}: ${result.errorMessage}`;
    case 'exited':
      return result.errorMessage.replace(/^RequestId: \S+ Error: /, '');
    default:
      return result satisfies never;
  }
}

/** A line among the events that is none of CloudFormation's. */
function printAside(who: string, told: string, elapsedMs: number, { line, colours, width }: Terminal): void {
  const before = `  ${elapsedColumn(elapsedMs)}  ${who.padEnd(longestCommonId)}  `;
  for (const [index, part] of wrapped(told, width - before.length).entries()) {
    line(colours.yellow(`${index === 0 ? before : ' '.repeat(before.length)}${part}`));
  }
}

/** How long something has gone on, in a column of its own. */
export function elapsedColumn(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

/** A status in the colour of how good it is. */
export function statusIn(colours: Terminal['colours'], status: string): string {
  if (status.endsWith('_FAILED')) return colours.red(status);
  if (status.includes('ROLLBACK')) return colours.yellow(status);
  return /_COMPLETE$|^CREATED$/.test(status) ? colours.green(status) : status;
}

function isBad(status: string): boolean {
  return status.endsWith('_FAILED') || status.includes('ROLLBACK');
}
