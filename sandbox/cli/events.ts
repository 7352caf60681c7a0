/** `events`: everything that has happened to a stack, oldest first. */
import type { StackEvent } from '../cloudformation/stack.ts';
import { writeEvent } from './event-lines.ts';
import { findKeptStack, type LookOptions } from './kept-stack.ts';
import { eventsAsJson } from './stack-json.ts';
import type { Terminal } from './terminal.ts';

/** Writes the events as lines, or as the JSON that DescribeStackEvents gives. */
export function showEvents(options: LookOptions, terminal: Terminal): void {
  const { events } = findKeptStack(options).stack;
  if (options.json) terminal.line(JSON.stringify({ StackEvents: eventsAsJson(events) }, undefined, 2));
  else for (const event of events) writeEvent(event, timeOf(event), terminal);
}

/** In UTC, as CloudFormation tells it. */
function timeOf({ Timestamp }: StackEvent): string {
  return new Date(Timestamp).toISOString().replace('T', ' ').replace('Z', '');
}
