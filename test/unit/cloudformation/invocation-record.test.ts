import { readInvocationRecord } from '../../../src/cloudformation/invocation-record.ts';
import { createRequest } from '../../support/provider/builders.ts';

const request = createRequest();

describe('readInvocationRecord', () => {
  test('reads the request, why Lambda gave it up, and how the last invocation ended', () => {
    const record = readInvocationRecord({
      version: '1.0',
      timestamp: '2026-11-21T04:02:00.000Z',
      requestContext: { requestId: '8476a536', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { ...request, ServiceToken: 'arn:aws:lambda' },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'Task timed out after 900.00 seconds' },
    });

    expect(record).toEqual({
      request,
      condition: 'RetriesExhausted',
      awsRequestId: '8476a536',
      errorMessage: 'Task timed out after 900.00 seconds',
    });
  });

  test('reads a record of a request that was never carried out', () => {
    const record = readInvocationRecord({
      requestContext: { condition: 'EventAgeExceeded' },
      requestPayload: request,
    });

    expect(record).toEqual({
      request,
      condition: 'EventAgeExceeded',
      awsRequestId: undefined,
      errorMessage: undefined,
    });
  });

  test.each([undefined, 'text', { condition: 42 }])('makes do without a condition in %j', (requestContext) => {
    const record = readInvocationRecord({ requestContext, requestPayload: request, responsePayload: 'text' });

    expect(record).toEqual({
      request,
      condition: 'unknown condition',
      awsRequestId: undefined,
      errorMessage: undefined,
    });
  });

  test.each([undefined, {}, { requestPayload: {} }, request])('refuses %j', (event) => {
    expect(() => readInvocationRecord(event)).toThrow(
      new Error('This is no custom resource request: ResponseURL is missing.'),
    );
  });
});
