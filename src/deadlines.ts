/**
 * How long a request may take, and the only way in which a step waits. Polling (`stabilize.ts`) and retrying
 * (`retry.ts`) both wait here, so neither can exceed the time.
 */
import type { Clock } from './clock.ts';
import { OutOfTime, type ProviderError } from './errors.ts';

/** Instants, in milliseconds since the epoch. */
export interface Deadlines {
  /** After this instant the invocation starts nothing new. The rest of its time is for the answer. */
  readonly invocation: number;
  /** After this instant the request has failed. CloudFormation waits longer, so there is time to remove what was made. */
  readonly request: number;
  /** After this instant the removal ends too, so that the answer reaches CloudFormation in time. */
  readonly cleanUp: number;
}

/**
 * Waits `ms` milliseconds, or until the request's deadline if that comes first: then the caller has one last try.
 *
 * @param late the failure of a request whose deadline has come; undefined if the caller watches the deadline itself
 * @throws ProviderError `late`, at the request's deadline
 * @throws OutOfTime if the invocation's deadline would come first
 */
export async function wait(
  ms: number,
  late: ProviderError | undefined,
  { clock, deadlines }: { readonly clock: Clock; readonly deadlines: Deadlines },
): Promise<void> {
  const now = clock.now();
  if (now >= deadlines.request && late !== undefined) throw late;
  const end = Math.max(now, Math.min(now + ms, deadlines.request));
  if (end > deadlines.invocation) throw new OutOfTime();
  await clock.sleep(end - now);
}
