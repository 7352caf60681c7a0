import { awsRequestIdOf, traceIdOf } from '../../../sandbox/lambda/function.ts';

test('a trace header contains the request id of its invocation', () => {
  const awsRequestId = '64f4a8be-bd0f-468b-9121-802f9c5feaa5';

  const traceId = traceIdOf(awsRequestId);

  expect(traceId).toBe('Root=1-64f4a8be-bd0f468b9121802f9c5feaa5;Parent=9121802f9c5feaa5;Sampled=0');
  expect(awsRequestIdOf(traceId)).toBe(awsRequestId);
});

test.each(['', 'Root=1-64f4a8be', 'Self=1-64f4a8be-bd0f468b9121802f9c5feaa5'])(
  'another trace header has no request id: "%s"',
  (traceId) => {
    expect(awsRequestIdOf(traceId)).toBeUndefined();
  },
);
