// The stack of the probe, in the sandbox's CloudFormation in real time, which must report its own switches.
import { readFileSync } from 'node:fs';
import type { Fact } from '../../fidelity/investigate.ts';
import { openSimulatedStack } from '../../fidelity/simulated-stack.ts';
import { investigateStack } from '../../fidelity/stack-probes.ts';
import { functionCode, stackTemplate } from '../../fidelity/stack-template.ts';
import { systemClock } from '../../src/clock.ts';

const never = new AbortController().signal;

async function asked(settings: Parameters<typeof openSimulatedStack>[0] = {}, signal = never) {
  const account = await openSimulatedStack(settings);
  const printed: Fact[] = [];
  try {
    // On a busy machine, too, the function waits longer than it takes to see its resource in progress.
    const times = { pollMs: 100, waitMs: 2000, clock: systemClock };
    const found = await investigateStack(account, { ...times, signal, onFact: (fact) => printed.push(fact) });
    expect(printed).toEqual(found.facts);
    return found;
  } finally {
    await account.close();
  }
}

const sides = [
  {
    lastUpdatedTimeInRollback: 'kept',
    disableRollbackShown: 'operation',
    replacementWithoutRollback: 'forgotten',
    serviceTimeoutIn: 'ResourceProperties',
  },
  {
    lastUpdatedTimeInRollback: 'moved',
    disableRollbackShown: 'creation',
    replacementWithoutRollback: 'deleted',
    serviceTimeoutIn: 'event',
  },
  { replacementWithoutRollback: 'taken', serviceTimeoutIn: 'both' },
] as const;

test.concurrent.each(sides)('the sandbox reports its own switches: %j', async (settings) => {
  const { facts, left } = await asked(settings);

  expect(left).toEqual([]);
  expect(facts.filter(({ Problem }) => Problem !== undefined)).toEqual([]);
  expect(Object.fromEntries(facts.map(({ Probe, Answer }) => [Probe, Answer]))).toMatchObject(settings);
});

test.concurrent('the dates and pauses of the sandbox are reported', async () => {
  const { facts } = await asked({ inProgressAfterIssueMs: 5000, pauseBeforeRollbackMs: 700 });

  const answers = Object.fromEntries(facts.map(({ Probe, Answer = '' }) => [Probe, Number.parseFloat(Answer)]));
  // X-Amz-Date has whole seconds. A second may begin between the event and the issue of the request.
  expect(answers['inProgressAfterIssue']).toBeGreaterThan(4);
  expect(answers['inProgressAfterIssue']).toBeLessThan(6);
  expect(answers['pauseBeforeRollback']).toBeGreaterThanOrEqual(0.7);
});

test.concurrent('an interruption leaves the questions open, and the stack is deleted', async () => {
  const stop = new AbortController();
  stop.abort(new Error('Interrupted by SIGINT'));

  const { facts, left } = await asked({}, stop.signal);

  expect(left).toEqual([]);
  expect(new Set(facts.map(({ Problem }) => Problem))).toEqual(new Set(['Error: Interrupted by SIGINT']));
});

test('the function returns only the date of the ResponseURL, and logs nothing', () => {
  expect(functionCode).not.toContain('console');
  expect(functionCode.match(/ResponseURL/g)).toHaveLength(3);
  expect(functionCode).toContain("new URL(ResponseURL).searchParams.get('X-Amz-Date')");
  expect(stackTemplate({ Id: 'a', Value: 1, waitMs: 0 }).length).toBeLessThan(51_200);
});

test.concurrent('FIDELITY.md lists every question, and no other', async () => {
  const [, section = ''] = readFileSync('sandbox/FIDELITY.md', 'utf8').split('### Questions that a stack answers');
  const stop = new AbortController();
  stop.abort();

  const { facts } = await asked({}, stop.signal);

  const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(facts.map(({ Probe }) => Probe));
});
