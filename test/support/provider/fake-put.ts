/**
 * CloudFormation's bucket for responses. Every body that reaches it is held against the protocol's rules.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import type { Put } from '../../../src/cloudformation/deliver.ts';
import type { Request } from '../../../src/cloudformation/request.ts';
import { requireNoCredential, requireThat } from './invariants.ts';

/** What happens to one try: a status, an error before any status, or something that the test does itself. */
export type PutStep = number | Error | Put;

export interface FakePut {
  readonly put: Put;
  /** The documents that were taken, one for each try that ended in 2xx. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** How often it was tried. */
  tries(): number;
}

/** @param steps the tries to come; every further one is taken with status 200 */
export function fakePut(request: Request, ...steps: readonly PutStep[]): FakePut {
  const answers: Readonly<Record<string, unknown>>[] = [];
  let tries = 0;
  return {
    answers,
    tries: () => tries,
    put: async (url, body, signal) => {
      requireThat(url.href === request.ResponseURL, `The answer went to another URL: ${url.href}`);
      const answer = checked(request, body);
      const step = steps[tries] ?? 200;
      tries += 1;
      if (step instanceof Error) throw step;
      const status = typeof step === 'number' ? step : await step(url, body, signal);
      if (status >= 200 && status < 300) answers.push(answer);
      return status;
    },
  };
}

function checked(request: Request, body: string): Readonly<Record<string, unknown>> {
  requireThat(Buffer.byteLength(body) <= 4096, `The body has ${Buffer.byteLength(body)} bytes`);
  requireNoCredential(body, 'The body');
  const answer = new Map(Object.entries(JSON.parse(body)));
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    requireThat(answer.get(name) === request[name], `${name} is not echoed: ${answer.get(name)}`);
  }
  const { Status, PhysicalResourceId, Reason, Data } = Object.fromEntries(answer);
  requireThat(Status === 'SUCCESS' || Status === 'FAILED', `Status is ${Status}`);
  requireThat(
    isText(PhysicalResourceId) && Buffer.byteLength(PhysicalResourceId) <= 1024,
    `PhysicalResourceId is ${PhysicalResourceId}`,
  );
  requireThat(Status !== 'FAILED' || isText(Reason), `FAILED comes with the Reason ${Reason}`);
  if (Data !== undefined) {
    requireThat(
      typeof Data === 'object' && Data !== null && Object.values(Data).every((value) => typeof value === 'string'),
      `Data is no flat map of strings: ${JSON.stringify(Data)}`,
    );
  }
  return Object.fromEntries(answer);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
