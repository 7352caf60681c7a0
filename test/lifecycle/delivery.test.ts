import type { InterceptDelivery, PutAnswer } from '../../sandbox/cloudformation/response-bucket.ts';
import { inSandbox } from '../support/lifecycle.ts';
import { imageStack, version, versions, versionsOf } from '../support/stacks.ts';

/** A bucket that gives these answers before it takes anything. */
function refusing(...refusals: readonly PutAnswer[]) {
  const left = [...refusals];
  const intercept: InterceptDelivery = async (_delivery, next) => left.shift() ?? next();
  return { intercept };
}

const answer = (status: number): PutAnswer => ({ status, body: '' });

describe('A bucket that does not take the answer', () => {
  it.each([500, 503, 403, 307])('at first (%d) gets it again within the same invocation', (status) =>
    inSandbox(
      async ({ sandbox, requests }) => {
        await imageStack(sandbox);

        const { StackStatus } = await sandbox.cloudFormation.createStack('s', versionsOf({ Stable: version() }));

        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(requests).toHaveLength(1);
      },
      { bucket: refusing(answer(status), answer(status), answer(status)) },
    ),
  );

  it('in a whole invocation gets it from the next one, and there is one version', () =>
    inSandbox(
      async ({ sandbox, requests, calls }) => {
        await imageStack(sandbox);

        const { StackStatus } = await sandbox.cloudFormation.createStack('s', versionsOf({ Stable: version() }));

        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(requests).toHaveLength(2);
        expect(calls.filter((call) => call === 'CreateImageVersion')).toHaveLength(1);
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
      },
      { bucket: refusing(...Array.from({ length: 4 }, () => answer(503))) },
    ));

  it('from the provider at all leaves the answer to the failsafe, and the Delete removes the version', () =>
    inSandbox(
      async ({ sandbox, requests }) => {
        await imageStack(sandbox);

        const { StackStatus, events } = await sandbox.cloudFormation.createStack(
          's',
          versionsOf({ Stable: version() }),
        );

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        expect(requests.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Create', 'Create', 'Delete']);
        expect(events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason).toContain(
          'The provider could not answer this Create: the last invocation ended with: S3 did not accept ' +
            'the answer in 4 tries: HTTP status 503. ',
        );
        expect(versions(sandbox)).toEqual([]);
      },
      { bucket: refusing(...Array.from({ length: 12 }, () => answer(503))) },
    ));
});
