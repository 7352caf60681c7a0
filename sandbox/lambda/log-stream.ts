/**
 * The name of an environment's log stream. Executors ask for one per environment; a Reason tells people where to look.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
import type { Clock } from '../../src/clock.ts';
import { type Random, randomUuid } from '../random.ts';

/** `2026/01/31/[$LATEST]` and 32 hexadecimal digits. */
export function newLogStreamName({ clock, random }: { readonly clock: Clock; readonly random: Random }): string {
  const date = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomUuid(random).replaceAll('-', '')}`;
}
