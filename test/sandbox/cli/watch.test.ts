import { openTerminal } from '../../../sandbox/cli/terminal.ts';
import { printAttempt, waitedFor } from '../../../sandbox/cli/watch.ts';
import type { AttemptResult, NextStep } from '../../../sandbox/lambda/asynchronous-invocation.ts';

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
      `${wait} attempt 2 at the Create of Only by Lambda, which begins in 58 s.`,
      `${wait} attempt 1 at the Create of Only by Lambda, which is running.`,
    ]);
  });

  test('events that a fault has delayed, if Lambda has nothing to do', () => {
    expect(waitedFor([], now)).toEqual([`${wait} events that --fault has delayed.`]);
  });
});
