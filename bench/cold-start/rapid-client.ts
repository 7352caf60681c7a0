/**
 * What Lambda's own runtime client (`aws-lambda-ric`) talks to the Runtime API with, in place of its native addon: it hands
 * over one event, if there is one, and tells on file descriptor 3 when the handler was ready, how much memory the process
 * took at its peak, and with what the handler failed.
 */
import { readFileSync, writeSync } from 'node:fs';

/** What is read from file descriptor 3. */
export interface Report {
  /** Of process.hrtime.bigint, which all processes of a machine share. */
  readonly readyAt: string;
  /** What the process had taken of its processor by then, in milliseconds. */
  readonly cpuMs: number;
  readonly peakKb: number;
  /** Empty where the handler has not failed. */
  readonly failure: string;
}

const event = process.env['BENCH_EVENT'] ?? '';
let readyAt: bigint | undefined;
let cpuMs = 0;
let failure = '';

/** The runtime client asks for the first event when the handler is loaded, and for another when it has ended. */
export async function next(): Promise<{ bodyJson: string; headers: Record<string, string> }> {
  if (readyAt === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    readyAt = process.hrtime.bigint();
    const { user, system } = process.cpuUsage();
    cpuMs = (user + system) / 1000;
    if (event !== '') return { bodyJson: event, headers: invocationHeaders() };
  }
  const peakKb = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  writeSync(3, JSON.stringify({ readyAt: String(readyAt), cpuMs, peakKb, failure } satisfies Report));
  process.exit();
}

export function done(): void {}

export function error(_awsRequestId: string, description: string): void {
  failure = description;
}

function invocationHeaders(): Record<string, string> {
  return {
    'lambda-runtime-aws-request-id': '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    'lambda-runtime-deadline-ms': String(Date.now() + 900_000),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
  };
}
