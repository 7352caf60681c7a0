import { startRuntimeApi } from '../../../sandbox/lambda/runtime-api.ts';

const context = {
  awsRequestId: '8476a536-e9f4-41e8-9739-2dfe598c3fcd',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
  deadlineMs: 1542409706888,
};

let api: Awaited<ReturnType<typeof startRuntimeApi>>;

beforeEach(async () => {
  api = await startRuntimeApi();
});

afterEach(() => api.close());

function call(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://${api.address}/2018-06-01/runtime/${path}`, init);
}

function post(path: string, body: unknown): Promise<Response> {
  return call(path, { method: 'POST', body: JSON.stringify(body) });
}

test('the next event waits for an invocation and comes with the headers of Lambda', async () => {
  const next = call('invocation/next');

  const invocation = api.invoke({ RequestType: 'Create' }, context);
  const response = await next;
  await post(`invocation/${context.awsRequestId}/response`, { done: true });

  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'lambda-runtime-aws-request-id': context.awsRequestId,
    'lambda-runtime-deadline-ms': '1542409706888',
    'lambda-runtime-invoked-function-arn': context.invokedFunctionArn,
    'lambda-runtime-trace-id': 'Root=1-8476a536-e9f441e897392dfe598c3fcd;Parent=97392dfe598c3fcd;Sampled=0',
  });
  expect(await response.json()).toEqual({ RequestType: 'Create' });
  expect(await invocation).toEqual({ outcome: 'returned', payload: { done: true } });
});

test('a report is acknowledged with 202', async () => {
  const next = call('invocation/next');
  const invocation = api.invoke({}, context);
  await next;

  const response = await post(`invocation/${context.awsRequestId}/error`, {
    errorType: 'RangeError',
    errorMessage: 'too much',
    stackTrace: [],
  });

  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ status: 'OK' });
  expect(await invocation).toEqual({ outcome: 'threw', errorType: 'RangeError', errorMessage: 'too much' });
});

test('a report for another invocation is refused', async () => {
  const response = await post('invocation/other/response', {});

  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
});

test('a failed start is reported, with the type from the header if the body has none', async () => {
  const response = await call('init/error', {
    method: 'POST',
    body: 'not JSON',
    headers: { 'Lambda-Runtime-Function-Error-Type': 'Runtime.ImportModuleError' },
  });

  expect(response.status).toBe(202);
  expect(await api.initError).toEqual({
    outcome: 'threw',
    errorType: 'Runtime.ImportModuleError',
    errorMessage: 'not JSON',
  });
});

test('an unknown route is not found', async () => {
  const response = await call('restore/next');

  expect(response.status).toBe(404);
});
