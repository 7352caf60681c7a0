import { openTerminal } from '../../../sandbox/cli/terminal.ts';
import {
  countRepeated,
  idWidthOf,
  pending,
  printAttempt,
  printEvent,
  reportSilence,
  waitedFor,
} from '../../../sandbox/cli/watch.ts';
import type { AttemptResult, NextStep } from '../../../sandbox/lambda/lambda.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { eventOf } from '../../support/run.ts';

const event = { RequestType: 'Create', RequestId: 'one', LogicalResourceId: 'Only' };
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';
const returned: AttemptResult = { outcome: 'returned', payload: null };
const timedOut: AttemptResult = { outcome: 'timed out' };

/** What is printed about an attempt, in one line. */
function printed(number: number, result: AttemptResult, next?: NextStep, of: object = event): string {
  let text = '';
  const write = (written: string) => {
    text += written;
    return true;
  };
  const terminal = openTerminal({ write, columns: 80 }, {});
  printAttempt(() => 1500, terminal)({ functionArn, event: { ...of }, awsRequestId: 'id', number }, result, next);
  return text.replace(/\s+/g, ' ').trim();
}

describe('an attempt of Lambda', () => {
  const destination = 'arn:aws:lambda:eu-west-1:111122223333:function:failsafe';

  test.each<[what: string, step: NextStep, told: string]>([
    ['tries again', { does: 'retry', afterMs: 60_000 }, 'Lambda tries again in 60 s.'],
    [
      'calls the failsafe',
      { does: 'give up', destination },
      'Lambda gives up, and calls the OnFailure destination failsafe.',
    ],
    [
      'has no failsafe to call',
      { does: 'give up', destination: undefined },
      'Lambda gives up. CloudFormation waits for a response until ServiceTimeout.',
    ],
  ])('that fails is printed with what follows, if Lambda %s', (_what, step, told) => {
    expect(printed(2, timedOut, step)).toBe(
      `1.5 s Lambda attempt 2 at the Create of Only has ended: timed out. ${told}`,
    );
  });

  test('that succeeds is printed only if another one has failed before', () => {
    expect(printed(1, returned)).toBe('');
    expect(printed(2, returned)).toBe('1.5 s Lambda attempt 2 at the Create of Only has succeeded');
  });

  test('is not printed if its event is no request', () => {
    expect(printed(1, timedOut, { does: 'retry', afterMs: 60_000 }, { fragment: {} })).toBe('');
  });
});

describe('after an operation, the sandbox says that it waits for', () => {
  const now = 10_000;
  const wait = 'The operation has ended. The sandbox still waits for';

  test('each attempt of Lambda, and when it begins', () => {
    const waiting = { functionArn, event, number: 2, beginsAt: now + 57_100 };
    const running = { functionArn, event: { requestPayload: event }, number: 1, beginsAt: now - 1 };

    expect(waitedFor([waiting, running], now)).toEqual([
      `${wait} Lambda's attempt 2 at the Create of Only, which begins in 58 s.`,
      `${wait} Lambda's attempt 1 at the Create of Only, which is running.`,
    ]);
  });

  test('events that a fault has delayed, if Lambda has nothing to do', () => {
    expect(waitedFor([], now)).toEqual([`${wait} events that --fault has delayed.`]);
  });
});

describe('during an operation, the sandbox prints', () => {
  const custom = eventOf('CREATE_IN_PROGRESS', { LogicalResourceId: 'Only' });
  const done = eventOf('CREATE_COMPLETE', { LogicalResourceId: 'Other' });
  const image = eventOf('UPDATE_IN_PROGRESS', { LogicalResourceId: 'Image', ResourceType: 'AWS::SageMaker::Image' });

  test('what it waits for: resources, and attempts of Lambda', () => {
    const queued = { functionArn, event, number: 2, beginsAt: 10_000 };

    expect(pending([custom, done, image], [queued], 0)).toEqual([
      'Still working on Only (CREATE_IN_PROGRESS), Image (UPDATE_IN_PROGRESS).',
      "It waits for Lambda's attempt 2 at the Create of Only, which begins in 10 s.",
    ]);
    expect(pending([custom], [], 0)).toEqual([
      'Still working on Only (CREATE_IN_PROGRESS).',
      'No invocation is left. Without an answer, CloudFormation waits until ServiceTimeout.',
    ]);
    expect(pending([image], [], 0)).toEqual(['Still working on Image (UPDATE_IN_PROGRESS).']);
    // Another process carries it out.
    expect(pending([custom], undefined, 0)).toEqual(['Still working on Only (CREATE_IN_PROGRESS).']);
    expect(pending([done], [], 0)).toEqual(['Still working on the stack.']);
  });

  test('it after 10 s without an event, then after 20 s more; an event begins anew', async () => {
    const clock = new VirtualClock(0);
    const begun = clock.now();
    const reported: number[] = [];
    const ended = new AbortController();
    let lastEvent = begun;

    await clock.run(async () => {
      const report = () => reported.push((clock.now() - begun) / 1000);
      const silence = reportSilence({ clock, signal: ended.signal, lastEventAt: () => lastEvent, report });
      await clock.sleep(45_000);
      lastEvent = clock.now();
      await clock.sleep(30_000);
      ended.abort();
      await expect(silence).rejects.toBeDefined();
    });

    expect(reported).toEqual([10, 20, 40, 55, 65]);
  });

  test('a repeated fault five times, then its number', () => {
    const printed: string[] = [];
    const { print, totals } = countRepeated((text) => printed.push(text));

    for (let time = 0; time < 250; time += 1) print('throttle');
    print('slow');

    expect(printed).toEqual([
      ...Array(5).fill('throttle'),
      'throttle, 10 times so far',
      'throttle, 100 times so far',
      'slow',
    ]);
    expect(totals()).toEqual(['throttle: 250 times']);
  });

  test('the events of long ids in the columns of the others', () => {
    const lines: string[] = [];
    const write = (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
    const ids = ['Short', 'ALongerLogicalId', `${'Very'.repeat(10)}Long`];
    const terminal = { ...openTerminal({ columns: 80, write }, {}), idWidth: idWidthOf(ids) };

    for (const id of ids) printEvent(eventOf('CREATE_COMPLETE', { LogicalResourceId: id }), '0.0 s', terminal);

    const statuses = lines.filter((line) => line.includes('CREATE_COMPLETE'));
    expect(new Set(statuses.map((line) => line.indexOf('CREATE_COMPLETE')))).toEqual(new Set([43]));
    expect(lines).toHaveLength(4);
  });
});
