import type { Request } from '../../src/cloudformation/request.ts';
import { ProviderError } from '../../src/errors.ts';
import { createFailsafe, handler } from '../../src/failsafe.ts';
import { requestHash } from '../../src/image-version/ownership.ts';
import { unconfirmedId } from '../../src/image-version/physical-resource-id.ts';
import { createRequest, deleteRequest, updateRequest, versionArn } from '../support/provider/builders.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';
import { fakeLog } from '../support/provider/fake-log.ts';
import { fakePut, type PutStep } from '../support/provider/fake-put.ts';
import * as reasons from '../support/provider/reasons.ts';

function failsafeFor(request: Request, ...puts: readonly PutStep[]) {
  const bucket = fakePut(request, ...puts);
  const log = fakeLog();
  const failsafe = createFailsafe({
    clock: fakeClock(),
    log,
    put: bucket.put,
    answerHosts: { https: [], http: undefined },
    random: () => 0.5,
    providerLogGroup: 'ProviderLogGroup',
  });
  return {
    ...bucket,
    log,
    deliver: (errorMessage: string | undefined, condition = 'RetriesExhausted') =>
      failsafe({
        requestContext: { condition, requestId: '8476a536' },
        requestPayload: request,
        responsePayload: { errorMessage },
      }),
  };
}

function echoed({ StackId, RequestId, LogicalResourceId }: Request) {
  return { StackId, RequestId, LogicalResourceId };
}

const thenWhat = 'Then try again. If the stack is UPDATE_ROLLBACK_FAILED, continue its rollback.';

describe('createFailsafe', () => {
  test('answers for a Create that a version may have been made', async () => {
    const request = createRequest();
    const failsafe = failsafeFor(request);

    await failsafe.deliver('Task timed out after 900.00 seconds');

    expect(failsafe.answers).toEqual([
      {
        Status: 'FAILED',
        PhysicalResourceId: unconfirmedId(requestHash(request)),
        ...echoed(request),
        Reason:
          'The provider could not answer this Create: the last invocation ended with: Task timed out after 900.00 seconds. ' +
          `Read the log of the provider's function. ${thenWhat} (Lambda stopped: RetriesExhausted. Log: ProviderLogGroup, Lambda request 8476a536)`,
      },
    ]);
  });

  test.each([
    [updateRequest(), ` ${thenWhat}`],
    [deleteRequest(), reasons.lookForOrphans],
  ])('answers for a $RequestType with the id that CloudFormation has', async (request, next) => {
    const failsafe = failsafeFor(request);

    await failsafe.deliver(undefined, 'EventAgeExceeded');

    expect(failsafe.answers).toEqual([
      {
        Status: 'FAILED',
        PhysicalResourceId: versionArn(1),
        ...echoed(request),
        Reason:
          `The provider could not answer this ${request.RequestType}: Lambda reports no error of the function, ` +
          'so it probably did not invoke it (EventAgeExceeded). Check that the function has concurrency left: its metrics are Throttles and ' +
          'AsyncEventAge.' +
          `${next} (Lambda stopped: EventAgeExceeded. Log: ProviderLogGroup, Lambda request 8476a536)`,
      },
    ]);
  });

  test('answers for an Update of a placeholder id that a version may have been made', async () => {
    const request = updateRequest({ PhysicalResourceId: 'not-created/0123456789abcdef' });
    const failsafe = failsafeFor(request);

    await failsafe.deliver('Task timed out after 900.00 seconds');

    expect(failsafe.answers).toMatchObject([{ PhysicalResourceId: unconfirmedId(requestHash(request)) }]);
  });

  test('answers for a Delete with its id', async () => {
    const failsafe = failsafeFor(deleteRequest({ PhysicalResourceId: 'not-created/0123456789abcdef' }));

    await failsafe.deliver('Task timed out after 900.00 seconds');

    expect(failsafe.answers).toMatchObject([{ PhysicalResourceId: 'not-created/0123456789abcdef' }]);
  });

  test('takes ResponseURL out of what the provider has died with', async () => {
    const request = createRequest();
    const failsafe = failsafeFor(request);

    await failsafe.deliver(`Cannot parse ${request.ResponseURL}`);

    expect(failsafe.answers).toMatchObject([
      { Reason: expect.stringContaining('ended with: Cannot parse (ResponseURL). Read the log') },
    ]);
  });

  test('takes the signature out where it stands alone', async () => {
    const failsafe = failsafeFor(createRequest());

    await failsafe.deliver('Bad signature: c0ffee, not %63');

    expect(failsafe.answers).toMatchObject([
      { Reason: expect.stringContaining('ended with: Bad signature: (ResponseURL), not %63. Read the log') },
    ]);
    expect(JSON.stringify(failsafe.log.lines)).not.toContain('c0ffee');
  });

  test('answers when the error has the size of the largest event', async () => {
    const failsafe = failsafeFor(createRequest());

    await failsafe.deliver('x'.repeat(6_000_000));

    expect(failsafe.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('xxx...') }]);
  });

  test('names the request on every line of the log', async () => {
    const request = createRequest();
    const failsafe = failsafeFor(request, 500);

    await failsafe.deliver('Out of memory');

    expect(failsafe.log.lines).toHaveLength(2);
    for (const { details } of failsafe.log.lines) {
      expect(details).toMatchObject({ ...echoed(request), RequestType: 'Create' });
    }
  });

  test('says in the log what has died, under which id of Lambda, without the credential', async () => {
    const request = createRequest();
    const failsafe = failsafeFor(request);

    await failsafe.deliver(`Out of memory at ${request.ResponseURL}`);

    expect(failsafe.log.lines).toMatchObject([
      {
        level: 'error',
        message: expect.stringMatching(/^The failsafe answers FAILED: .*Out of memory at \(ResponseURL\)/),
        details: {
          condition: 'RetriesExhausted',
          errorMessage: 'Out of memory at (ResponseURL)',
          awsRequestId: '8476a536',
          PhysicalResourceId: unconfirmedId(requestHash(request)),
        },
      },
    ]);
  });

  test('sends nothing to a host that is not CloudFormation’s', async () => {
    const failsafe = failsafeFor(createRequest({ ResponseURL: 'https://example.com/x?X-Amz-Signature=c0ffee' }));

    await expect(failsafe.deliver('Out of memory')).rejects.toThrow('names https://example.com. Find out');
    expect(failsafe.tries()).toBe(0);
  });

  test('throws where the answer could not be delivered, so that Lambda tries again', async () => {
    const failsafe = failsafeFor(createRequest(), 500, 500, 500, 500, 500);

    await expect(failsafe.deliver('Out of memory')).rejects.toEqual(
      new ProviderError('NetworkFailure', 'S3 did not accept the answer in 4 tries: HTTP status 500.'),
    );
  });
});

describe('handler', () => {
  test('is wired up, and refuses what holds no request', async () => {
    await expect(handler({})).rejects.toEqual(new Error('This is no custom resource request: ResponseURL is missing.'));
  });
});
