/**
 * What the provider works with, faked, and the handles by which a test steers it.
 */
import type { Deadlines } from '../../../src/deadlines.ts';
import { issuedAt } from './builders.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type FakeImageVersions, fakeImageVersions } from './fake-image-versions.ts';
import { type FakeLog, fakeLog } from './fake-log.ts';
import { type FakeStacks, fakeStacks } from './fake-stacks.ts';

export interface World {
  readonly deadlines: Deadlines;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly clock: FakeClock;
  readonly imageVersions: FakeImageVersions;
  readonly log: FakeLog;
  readonly stacks: FakeStacks;
}

/** Time enough for whatever a test does, unless it says otherwise: `invocation` counts from the request's issue. */
export function world({
  now = issuedAt,
  deadlinesMs = {},
}: {
  readonly now?: number;
  /** Counted from `issuedAt`. */
  readonly deadlinesMs?: Partial<Deadlines>;
} = {}): World {
  const clock = fakeClock(now);
  const { invocation = 7_200_000, request = 2_640_000, cleanUp = 2_940_000 } = deadlinesMs;
  return {
    clock,
    log: fakeLog(),
    stacks: fakeStacks(),
    imageVersions: fakeImageVersions(clock),
    deadlines: { invocation: issuedAt + invocation, request: issuedAt + request, cleanUp: issuedAt + cleanUp },
    random: () => 0.5,
  };
}
