import type { Fault } from '../../sandbox/faults/fault.ts';
import { FaultInjector } from '../../sandbox/faults/fault-injector.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { successAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { deny, onCall } from '../support/scenario.ts';

function disturbed(...faults: readonly Fault[]) {
  const clock = new VirtualClock(0);
  const told: string[] = [];
  const faultInjector = new FaultInjector(
    {
      clock,
      random: seededRandom(1),
      newRequestId: () => 'request-1',
      onFault: (fault, what) => told.push(`${fault.on} (${what})`),
    },
    faults,
  );
  /** The calls that SageMaker has carried out. */
  const carriedOut: string[] = [];
  /** What each of the calls, one after the other, is answered with. */
  const call = async (...operations: readonly string[]) => {
    const seen: string[] = [];
    for (const operation of operations) {
      const next = async () => {
        carriedOut.push(operation);
        return successAnswer({}, 'id');
      };
      const { status, body } = await clock.run(() => faultInjector.interceptor(operation, {}, next, undefined));
      seen.push(status === 200 ? '200' : JSON.parse(body).__type);
    }
    return seen;
  };
  return { faultInjector, told, carriedOut, call };
}

describe('Permissions that are taken away', () => {
  test('are missing for one operation from its nth call on, and for no other', async () => {
    const { call, told, carriedOut } = disturbed(deny('ListAliases', { nth: 2 }));

    expect(
      await call('ListAliases', 'DescribeImageVersion', 'ListAliases', 'DescribeImageVersion', 'ListAliases'),
    ).toEqual(['200', '200', 'AccessDeniedException', '200', 'AccessDeniedException']);
    expect(carriedOut).toEqual(['ListAliases', 'DescribeImageVersion', 'DescribeImageVersion']);
    expect(told).toEqual(['call (ListAliases)', 'call (ListAliases)']);
  });

  test('are missing for everything about versions from the nth of all calls on; those about images are CloudFormation’s', async () => {
    const { call } = disturbed(deny('everything', { nth: 2 }));

    expect(await call('DescribeImage', 'ListAliases', 'CreateImageVersion', 'DescribeImage')).toEqual([
      '200',
      '200',
      'AccessDeniedException',
      '200',
    ]);
  });

  test('are there again for the operation that follows', async () => {
    const { faultInjector, call } = disturbed(deny('everything'));

    expect(await call('ListAliases')).toEqual(['AccessDeniedException']);
    faultInjector.begin([]);
    expect(await call('ListAliases')).toEqual(['200']);
  });

  test('let nothing be carried out by a call that something else happens to as well', async () => {
    const throttled = onCall('ListAliases', 'throttle');
    const slow = onCall('CreateImageVersion', 'slow-request');
    const { call, carriedOut } = disturbed(deny('everything'), throttled, slow);

    expect(await call('ListAliases', 'CreateImageVersion')).toEqual(['ThrottlingException', 'AccessDeniedException']);
    expect(carriedOut).toEqual([]);
  });
});
