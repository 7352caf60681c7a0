/**
 * One cold start: a process of its own, from before it is spawned until its handler is ready, its first call answered,
 * and its answer delivered.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, parse } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Report } from './rapid-client.ts';
import type { Service } from './service.ts';
import type { Variant } from './variants.ts';

export interface Measurement {
  readonly initMs: number;
  /** Of the processor, until the handler was ready. */
  readonly initCpuMs: number;
  /** From the start; undefined where the variant is only started. */
  readonly firstCallMs: number | undefined;
  readonly answeredMs: number | undefined;
  readonly peakMb: number;
}

export interface Bench {
  readonly service: Service;
  /** Lambda's runtime client under the Node.js that Lambda has, pinned to a core where that can be done. */
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** @param event as JSON; empty where the variant is only started */
export async function measure({ file, handler, name }: Variant, event: string, bench: Bench): Promise<Measurement> {
  const [program = '', ...parameters] = bench.command;
  bench.service.taken();
  const startedAt = process.hrtime.bigint();
  const child = spawn(program, parameters, {
    env: {
      ...bench.variables,
      LAMBDA_TASK_ROOT: dirname(file),
      _HANDLER: `${parse(file).name}.${handler}`,
      BENCH_EVENT: event,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [report, errors, [status]] = await Promise.all([read(child.stdio[3]), read(child.stderr), once(child, 'exit')]);
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${errors}`);
  const { readyAt, cpuMs, peakKb }: Report = JSON.parse(report);
  const { firstCallAt, answeredAt } = bench.service.taken();
  if (event !== '' && firstCallAt === undefined) throw new Error(`${name} has made no call: ${report}`);
  const since = (at: bigint | undefined) => (at === undefined ? undefined : Number(at - startedAt) / 1e6);
  return {
    initMs: Number(BigInt(readyAt) - startedAt) / 1e6,
    initCpuMs: cpuMs,
    firstCallMs: since(firstCallAt),
    answeredMs: since(answeredAt),
    peakMb: peakKb / 1000,
  };
}

function read(stream: unknown): Promise<string> {
  return isReadable(stream) ? text(stream) : Promise.resolve('');
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
