// Reasons that no other test has from their first word to their last. docs/reasons.md explains them all.
import { createFailsafe } from '../../src/failsafe.ts';
import { deleteImageVersion } from '../../src/image-version/delete.ts';
import { createRequest, deleteRequest } from '../support/provider/builders.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';
import { fakeLog } from '../support/provider/fake-log.ts';
import { fakePut } from '../support/provider/fake-put.ts';
import { world } from '../support/provider/world.ts';

test.each([
  [
    'RetriesExhausted',
    'RequestId: 1 Error: Runtime exited with error: signal: killed',
    'The provider could not answer this Create: the last invocation ended with: RequestId: 1 Error: Runtime exited with ' +
      "error: signal: killed. Read the log of the provider's function. Then try again, or continue the rollback where the " +
      'stack is UPDATE_ROLLBACK_FAILED. ' +
      '(Lambda gave the request up: RetriesExhausted. Log: provider-log, Lambda request 8476a536)',
  ],
  [
    'EventAgeExceeded',
    undefined,
    'The provider could not answer this Create: it was never carried out (EventAgeExceeded). See that Lambda has ' +
      'concurrency left for the function, whose metrics are Throttles and AsyncEventAge. Then try again, or continue the ' +
      'rollback where the stack is UPDATE_ROLLBACK_FAILED. (Lambda gave the request up: EventAgeExceeded. Log: ' +
      'provider-log, Lambda request 8476a536)',
  ],
])('the failsafe says what an operator needs after %s', async (condition, errorMessage, Reason) => {
  const request = createRequest();
  const bucket = fakePut(request);
  const failsafe = createFailsafe({
    clock: fakeClock(),
    log: fakeLog(),
    put: bucket.put,
    random: () => 0.5,
    providerLogGroup: 'provider-log',
  });

  await failsafe({
    requestContext: { condition, requestId: '8476a536' },
    requestPayload: request,
    responsePayload: { errorMessage },
  });

  expect(bucket.answers).toMatchObject([{ Status: 'FAILED', Reason }]);
});

test('a Delete after a cancelled Create ends with its time, however short, so that the stack can be deleted', async () => {
  const dependencies = world({ deadlinesMs: { request: 10_000 } });
  dependencies.stacks.operation = { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: 0 };
  const request = deleteRequest({ PhysicalResourceId: 'studio-Stable-1B2C3D4E5F' });

  await expect(deleteImageVersion(request, dependencies)).resolves.toBeUndefined();
});
