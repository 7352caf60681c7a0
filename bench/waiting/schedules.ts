/**
 * When the peers look whether a version is CREATED, written from what they document. A look takes no time, here as for the
 * provider: that favours those that look more often, or over more hops.
 */
import type { Random } from '../../sandbox/random.ts';
import { pollDelayMs } from '../../src/image-version/stabilize.ts';

export interface Schedule {
  readonly name: string;
  /** From CreateImageVersion's answer to the first look. */
  readonly firstLookMs: number;
  /** From look number `look` (from 1) to the next one, where `waitedMs` have passed since CreateImageVersion's answer. */
  delayMs(waitedMs: number, look: number, random: Random): number;
  /** When it gives up by default; the table goes on beyond it, as if it had been told to. */
  readonly givesUpMs: number;
}

const minutes = 60_000;

export const provider: Schedule = {
  name: 'this provider',
  firstLookMs: 0,
  delayMs: pollDelayMs,
  givesUpMs: 44 * minutes,
};

export const cdk: Schedule = {
  // aws-cdk-lib 2.276.0, custom-resources/lib/provider-framework: util.js (queryInterval 5 s, totalTimeout 30 min,
  // backoffRate 1), waiter-state-machine.js (the task runs at once, and is retried).
  name: 'CDK provider framework',
  firstLookMs: 0,
  delayMs: () => 5_000,
  givesUpMs: 30 * minutes,
};

export const publishedHandlers: Schedule = {
  // aws-sagemaker-imageversion's CreateHandler stabilizes with the default delay of cloudformation-cli-java-plugin:
  // DelayFactory, 5 s for 20 min. The code is of 2021; what runs today may differ.
  name: 'AWS’s published handlers',
  firstLookMs: 0,
  delayMs: () => 5_000,
  givesUpMs: 20 * minutes,
};

export const terraform: Schedule = {
  // terraform-provider-aws: internal/service/sagemaker/wait.go sets no interval, so internal/backoff/backoff.go
  // doubles 100 ms before each look but the first, up to 10 s.
  name: 'Terraform',
  firstLookMs: 0,
  delayMs: (_waitedMs, look) => Math.min(10_000, 100 * 2 ** look),
  givesUpMs: 10 * minutes,
};

export const peers: readonly Schedule[] = [
  cdk,
  publishedHandlers,
  terraform,
  {
    // @aws-sdk/client-sagemaker 3.1142.0: waitUntilImageVersionCreated, 60 s to 3600 s, with the jitter of
    // @smithy/core's poller. maxWaitTime has no default.
    name: 'SDK waiter, JavaScript',
    firstLookMs: 0,
    delayMs: (_waitedMs, look, random) =>
      look > 6 ? 3_600_000 : 60_000 + random() * (60_000 * 2 ** (look - 1) - 60_000),
    givesUpMs: Number.POSITIVE_INFINITY,
  },
  {
    // botocore, sagemaker waiters-2.json: image_version_created, 60 attempts 60 s apart.
    name: 'SDK waiter, Python',
    firstLookMs: 0,
    delayMs: () => 60_000,
    givesUpMs: 60 * minutes,
  },
  {
    // crhelper 2.0.12, resource_helper.py: polling_interval 2, as an EventBridge rule `rate(2 minutes)`, which counts
    // from its making.
    name: 'crhelper',
    firstLookMs: 120_000,
    delayMs: () => 120_000,
    givesUpMs: 60 * minutes,
  },
];

export interface Wait {
  /** From CREATED to the look that sees it. */
  readonly lagMs: number;
  readonly looks: number;
}

/** How `schedule` waits for a version that is CREATED after `creationMs`. */
export function waitFor(schedule: Schedule, creationMs: number, random: Random): Wait {
  let waitedMs = schedule.firstLookMs;
  let looks = 1;
  while (waitedMs < creationMs) {
    waitedMs += schedule.delayMs(waitedMs, looks, random);
    looks += 1;
  }
  return { lagMs: waitedMs - creationMs, looks };
}
