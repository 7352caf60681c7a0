import { pause, whileCleaningUp, whileNobodyWaits } from '../../src/deadlines.ts';
import { OutOfTime, ProviderError } from '../../src/errors.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';

const deadlines = { invocation: 1000, request: 2000, cleanUp: 3000 };

describe('whileCleaningUp', () => {
  test('gives the request until its clean-up deadline, and the invocation no longer than before', () => {
    expect(whileCleaningUp(deadlines)).toEqual({ invocation: 1000, request: 3000, cleanUp: 3000 });
  });
});

describe('whileNobodyWaits', () => {
  test('leaves nothing but the end of the invocation', () => {
    expect(whileNobodyWaits(deadlines)).toEqual({
      invocation: 1000,
      request: Number.POSITIVE_INFINITY,
      cleanUp: Number.POSITIVE_INFINITY,
    });
  });
});

describe('pause', () => {
  test('sleeps where there is time', async () => {
    const clock = fakeClock(0);

    await pause(1000, 'Too slow.', { clock, deadlines });

    expect(clock.slept).toEqual([1000]);
  });

  test('sleeps no longer than until the deadline of the request, for a last try', async () => {
    const clock = fakeClock(1900);

    await pause(1000, 'Too slow.', { clock, deadlines: { ...deadlines, invocation: 9000 } });

    expect(clock.slept).toEqual([100]);
  });

  test('throws OutOfTime, without sleeping, where the invocation would not see the end', async () => {
    const clock = fakeClock(0);

    await expect(pause(1001, 'Too slow.', { clock, deadlines })).rejects.toEqual(new OutOfTime());
    expect(clock.slept).toEqual([]);
  });

  test('throws the given Reason, without sleeping, once the deadline of the request has come', async () => {
    const clock = fakeClock(2000);

    const waiting = pause(1, 'Too slow.', { clock, deadlines });

    await expect(waiting).rejects.toEqual(new ProviderError('NotStabilized', 'Too slow.'));
    await expect(waiting).rejects.toMatchObject({ code: 'NotStabilized', retryable: false });
    expect(clock.slept).toEqual([]);
  });
});
