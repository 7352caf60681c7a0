/**
 * From CREATED to the answer: how late the provider and its peers see it, and how often they look, over the same creation
 * times. Everything runs in virtual time, so that the figures are the same on every machine.
 */

import { writeFileSync } from 'node:fs';
import { seededRandom } from '../../sandbox/random.ts';
import { readProviderTemplate } from '../../sandbox/sandbox.ts';
import { machine, markdownTable, progress, say } from '../output.ts';
import { median } from '../statistics.ts';
import { mean, quantile } from '../summary.ts';
import { creationTimes, drawn } from './creation-times.ts';
import { waitInSandbox } from './in-sandbox.ts';
import { plotWaiting } from './plot.ts';
import { peers, provider, publishedHandlers, type Schedule, type Wait, waitFor } from './schedules.ts';

const samples = 1_000;
const plotPath = 'docs/waiting.svg';

export async function waiting(): Promise<void> {
  say(machine());
  const template = readProviderTemplate('template.yaml');
  let worst = 0;
  for (const range of creationTimes) {
    const times = drawn(range, samples, seededRandom(1));
    const rows: string[][] = [];
    const tell = (name: string, waits: readonly Wait[], givesUpMs: number) =>
      rows.push([name, ...figures(times, waits), share(times.filter((time) => time > givesUpMs).length, samples)]);

    const own: Wait[] = [];
    for (const [index, time] of times.entries()) {
      own.push(await waitInSandbox(time, index, template));
      if ((index + 1) % 250 === 0) progress(`${range.name}: ${index + 1} of ${samples} stacks`);
    }
    tell(provider.name, own, provider.givesUpMs);
    for (const peer of peers) tell(peer.name, waits(peer, times), peer.givesUpMs);
    const equal = evenly(2 * median(lags(own)));
    tell(equal.name, waits(equal, times), Number.POSITIVE_INFINITY);
    worst = Math.max(worst, ...differences(times, own));

    say(
      `\nVersions that take ${range.name} (${samples}, spread ${range.spread === 'even' ? 'evenly' : 'evenly by their logarithm'})\n`,
    );
    say(markdownTable(['', 'lag, median', 'lag, 95 %', 'lag / creation time', 'calls, mean', 'gives up on'], rows));
  }
  say(
    `\nThe provider in the sandbox and pollDelayMs alone differ by at most ${worst} ms where one invocation is enough.`,
  );
  // AWS's published handlers look when CDK's framework does: one line for both.
  writeFileSync(plotPath, plotWaiting([provider, ...peers.filter((peer) => peer !== publishedHandlers)]));
  say(`Drawn: ${plotPath}`);
}

function waits(schedule: Schedule, times: readonly number[]): readonly Wait[] {
  const random = seededRandom(2);
  return times.map((time) => waitFor(schedule, time, random));
}

function lags(all: readonly Wait[]): readonly number[] {
  return all.map(({ lagMs }) => lagMs);
}

function figures(times: readonly number[], all: readonly Wait[]): readonly string[] {
  const shares = all.map(({ lagMs }, index) => (100 * lagMs) / (times[index] ?? Number.NaN));
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return [
    seconds(median(lags(all))),
    seconds(quantile(lags(all), 0.95)),
    `${median(shares).toFixed(1)} %`,
    mean(all.map(({ looks }) => looks)).toFixed(1),
  ];
}

/** What anybody who looks evenly would need for the same median lag. */
function evenly(intervalMs: number): Schedule {
  return {
    name: `every ${(intervalMs / 1000).toFixed(1)} s: the same median lag`,
    firstLookMs: 0,
    delayMs: () => intervalMs,
    givesUpMs: Number.POSITIVE_INFINITY,
  };
}

/** Between the sandbox and the schedule on its own, where Lambda's time for an invocation was no limit. */
function differences(times: readonly number[], own: readonly Wait[]): readonly number[] {
  const pure = waits(provider, times);
  return times.flatMap((time, index) =>
    time > 14 * 60_000 ? [] : [Math.abs((own[index]?.lagMs ?? Number.NaN) - (pure[index]?.lagMs ?? Number.NaN))],
  );
}

function share(count: number, of: number): string {
  return count === 0 ? '–' : `${Math.round((100 * count) / of)} %`;
}
