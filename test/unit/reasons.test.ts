// Reasons that no other test has from their first word to their last. docs/reasons.md explains them all.
import { createFailsafe } from '../../src/failsafe.ts';
import { createRequest } from '../support/provider/builders.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';
import { fakeLog } from '../support/provider/fake-log.ts';
import { fakePut } from '../support/provider/fake-put.ts';

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
