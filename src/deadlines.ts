/**
 * How long a request may go on, and the only way to wait within it. Polling (`stabilize.ts`) and retrying
 * (`persist.ts`) both wait here, so neither can outstay its time.
 */
import type { Clock } from './clock.ts';
import { OutOfTime, type ProviderError } from './errors.ts';

/** Instants, in milliseconds since the epoch. */
export interface Deadlines {
  /** Past it this invocation starts nothing new: what is left of it is for the answer. */
  readonly invocation: number;
  /** Past it the request has failed; CloudFormation itself waits longer, by the time that cleaning up may take. */
  readonly request: number;
  /** Past it even cleaning up ends, so that the answer still reaches CloudFormation. */
  readonly cleanUp: number;
}

/** The same deadlines for what has to be removed before FAILED is answered. */
export function whileCleaningUp(deadlines: Deadlines): Deadlines {
  return { ...deadlines, request: deadlines.cleanUp };
}

/** The deadlines of what nobody waits for any more: the invocation's alone. */
export function whileNobodyWaits({ invocation }: Deadlines): Deadlines {
  return { invocation, request: Number.POSITIVE_INFINITY, cleanUp: Number.POSITIVE_INFINITY };
}

/**
 * Waits `ms` milliseconds, or until the request's deadline where that comes first: for a last try.
 *
 * @param late what the request fails with where its deadline has come; undefined where the caller heeds it himself
 * @throws ProviderError `late`, at the request's deadline
 * @throws OutOfTime where the invocation's deadline would come first.
 */
export async function pause(
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
