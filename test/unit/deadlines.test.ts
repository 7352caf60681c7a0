import { wait } from '../../src/deadlines.ts';
import { OutOfTime, ProviderError } from '../../src/errors.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';

const deadlines = { invocation: 1000, request: 2000, cleanUp: 3000 };

describe('wait', () => {
  const tooSlow = new ProviderError('NotStabilized', 'Too slow.');

  test('sleeps if there is time', async () => {
    const clock = fakeClock(0);

    await wait(1000, tooSlow, { clock, deadlines });

    expect(clock.slept).toEqual([1000]);
  });

  test('sleeps no longer than until the deadline of the request, for a last try', async () => {
    const clock = fakeClock(1900);

    await wait(1000, tooSlow, { clock, deadlines: { ...deadlines, invocation: 9000 } });

    expect(clock.slept).toEqual([100]);
  });

  test('throws OutOfTime, without sleeping, if the invocation would end first', async () => {
    const clock = fakeClock(0);

    await expect(wait(1001, tooSlow, { clock, deadlines })).rejects.toEqual(new OutOfTime());
    expect(clock.slept).toEqual([]);
  });

  test('throws the given error, without sleeping, once the deadline of the request has come', async () => {
    const clock = fakeClock(2000);

    await expect(wait(1, tooSlow, { clock, deadlines })).rejects.toBe(tooSlow);
    expect(clock.slept).toEqual([]);
  });

  test('does not sleep then if the caller watches the deadline itself', async () => {
    const clock = fakeClock(2001);

    await wait(1000, undefined, { clock, deadlines: { ...deadlines, invocation: 9000 } });

    expect(clock.slept).toEqual([0]);
  });
});
