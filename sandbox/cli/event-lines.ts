/** Stack events in the order of CloudFormation's console: when, what, status, and why. */
import type { StackEvent } from '../cloudformation/stack.ts';
import { type Terminal, wrapped } from './terminal.ts';

const longestCommonId = 12;

/** Writes an event on a line of its own, behind `when`; a reason that does not fit goes under the status. */
export function writeEvent(event: StackEvent, when: string, { line, colours, width }: Terminal): void {
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

/** A status in the colour of how good it is. */
export function statusIn(colours: Terminal['colours'], status: string): string {
  if (status.endsWith('_FAILED')) return colours.red(status);
  if (status.includes('ROLLBACK')) return colours.yellow(status);
  return /_COMPLETE$|^CREATED$/.test(status) ? colours.green(status) : status;
}

function isBad(status: string): boolean {
  return status.endsWith('_FAILED') || status.includes('ROLLBACK');
}
