/**
 * Versions of one image that a stack makes at once, against the optimistic lock of SageMaker's images ("Resource was
 * modified concurrently"), and one after the other. In virtual time, so that the figures are the same on every machine.
 */

import { seededRandom } from '../../sandbox/random.ts';
import { type ProviderTemplate, readProviderTemplate } from '../../sandbox/sandbox.ts';
import { machine, markdownTable, progress, say } from '../output.ts';
import { type Simulation, simulate, versionsOf } from '../simulation.ts';
import { median } from '../statistics.ts';
import { mean, quantile } from '../summary.ts';
import { terraform, waitFor } from '../waiting/schedules.ts';

const counts = [1, 2, 5, 10, 20, 50];
const lockWindowsMs = [10, 100, 500];
const seeds = 20;
/** Of every version, so that only waiting for each other makes a difference. */
const creationMs = 10_000;

interface Contest {
  /** From the beginning of the stack operation to the last CREATED. */
  readonly untilCreatedMs: number;
  /** To the last answer. */
  readonly untilAnsweredMs: number;
  readonly calls: number;
  readonly refusals: number;
}

export async function contention(): Promise<void> {
  const template = readProviderTemplate('template.yaml');
  say(machine());
  for (const lockWindowMs of lockWindowsMs) {
    const rows: string[][] = [];
    let single: number | undefined;
    for (const count of counts) {
      progress(`lock window ${lockWindowMs} ms: ${count} versions`);
      const atOnce: Contest[] = [];
      const inTurn: Contest[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) {
        atOnce.push(await contest({ count, lockWindowMs, seed, isInTurn: false }, template));
        inTurn.push(await contest({ count, lockWindowMs, seed, isInTurn: true }, template));
      }
      const created = median(atOnce.map(({ untilCreatedMs }) => untilCreatedMs));
      single ??= created;
      const calls = mean(atOnce.map((each) => each.calls));
      rows.push([
        String(count),
        `${seconds(created)} (${(created / single).toFixed(2)})`,
        seconds(
          quantile(
            atOnce.map(({ untilCreatedMs }) => untilCreatedMs),
            0.95,
          ),
        ),
        seconds(median(atOnce.map(({ untilAnsweredMs }) => untilAnsweredMs))),
        `${calls.toFixed(0)} (${(calls / count).toFixed(1)})`,
        mean(atOnce.map(({ refusals }) => refusals)).toFixed(0),
        seconds(median(inTurn.map(({ untilCreatedMs }) => untilCreatedMs))),
        mean(inTurn.map((each) => each.calls)).toFixed(0),
        ...terraformsTimes(count, lockWindowMs).map(seconds),
      ]);
    }
    say(`\nLock window ${lockWindowMs} ms, each version CREATED after 10 s, ${seeds} seeds\n`);
    say(
      markdownTable(
        [
          'versions',
          'last CREATED, median (of one)',
          '95 %',
          'last answer',
          'calls (each)',
          'refused',
          'one at a time: last CREATED',
          'calls',
          'Terraform: last CREATED',
          'last answer',
        ],
        rows,
      ),
    );
  }
}

interface Setting {
  readonly count: number;
  readonly lockWindowMs: number;
  readonly seed: number;
  /** Each version waits for the one before. */
  readonly isInTurn: boolean;
}

async function contest(
  { count, lockWindowMs, seed, isInTurn }: Setting,
  providerTemplate: ProviderTemplate,
): Promise<Contest> {
  const sageMaker = { durations: { versionCreation: [creationMs, creationMs] }, lockWindowMs } as const;
  return simulate({ seed, sageMaker, providerTemplate }, async (simulation) => {
    let calls = 0;
    let refusals = 0;
    simulation.sageMaker.onCall((_operation, _input, { status }) => {
      calls += 1;
      refusals += status === 200 ? 0 : 1;
    });
    const begun = simulation.clock.now();
    const ids = Array.from({ length: count }, (_, index) => `Version${index}`);
    const source = versionsOf(simulation, ids, {
      attributes: (index) => (isInTurn && index > 0 ? { DependsOn: `Version${index - 1}` } : {}),
    });
    const { StackStatus } = await simulation.cloudFormation.createStack('s', source);
    if (StackStatus !== 'CREATE_COMPLETE') throw new Error(`${count} versions at once: ${StackStatus}`);
    const untilAnsweredMs = simulation.clock.now() - begun;
    return { untilCreatedMs: lastCreatedAt(simulation) - begun, untilAnsweredMs, calls, refusals };
  });
}

function lastCreatedAt({ sageMaker }: Simulation): number {
  const versions = sageMaker.snapshot().images['studio']?.versions ?? [];
  return Math.max(...versions.map(({ createdAtMs }) => createdAtMs + creationMs));
}

/**
 * Terraform's AWS provider holds a mutex of its process for each image while it calls CreateImageVersion (not while it
 * waits): internal/service/sagemaker/image_version.go. Ten resources are under way at once (-parallelism=10).
 */
function terraformsTimes(count: number, lockWindowMs: number): readonly [created: number, answered: number] {
  const slots = Array.from({ length: Math.min(count, 10) }, () => 0);
  const { lagMs } = waitFor(terraform, creationMs, seededRandom(1));
  let freeAt = 0;
  for (let made = 0; made < count; made += 1) {
    freeAt = Math.max(freeAt, Math.min(...slots)) + lockWindowMs;
    slots[slots.indexOf(Math.min(...slots))] = freeAt + creationMs + lagMs;
  }
  return [freeAt + creationMs, Math.max(...slots)];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
