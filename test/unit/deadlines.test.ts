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
  const tooSlow = new ProviderError('NotStabilized', 'Too slow.');

  test('sleeps where there is time', async () => {
    const clock = fakeClock(0);

    await pause(1000, tooSlow, { clock, deadlines });

    expect(clock.slept).toEqual([1000]);
  });

  test('sleeps no longer than until the deadline of the request, for a last try', async () => {
    const clock = fakeClock(1900);

    await pause(1000, tooSlow, { clock, deadlines: { ...deadlines, invocation: 9000 } });

    expect(clock.slept).toEqual([100]);
  });

  test('throws OutOfTime, without sleeping, where the invocation would not see the end', async () => {
    const clock = fakeClock(0);

    await expect(pause(1001, tooSlow, { clock, deadlines })).rejects.toEqual(new OutOfTime());
    expect(clock.slept).toEqual([]);
  });

  test('throws the given error, without sleeping, once the deadline of the request has come', async () => {
    const clock = fakeClock(2000);

    await expect(pause(1, tooSlow, { clock, deadlines })).rejects.toBe(tooSlow);
    expect(clock.slept).toEqual([]);
  });

  test('does not sleep then where the caller heeds the deadline himself', async () => {
    const clock = fakeClock(2001);

    await pause(1000, undefined, { clock, deadlines: { ...deadlines, invocation: 9000 } });

    expect(clock.slept).toEqual([0]);
  });
});
