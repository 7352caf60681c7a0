import { requestDeadlines } from '../../../src/cloudformation/request-deadlines.ts';
import { createRequest, issuedAt, resourceProperties } from '../../support/provider/builders.ts';

const minutes = 60_000;

const requestWith = (ServiceTimeout: unknown) =>
  createRequest({ ResourceProperties: resourceProperties({ ServiceTimeout }) });

describe('requestDeadlines', () => {
  test('ends a request after 44 minutes, and its cleaning up 5 minutes later, where the template says nothing', () => {
    const deadlines = requestDeadlines(requestWith(undefined), 900_000, issuedAt);

    expect(deadlines).toEqual({
      invocation: issuedAt + 870_000,
      request: issuedAt + 44 * minutes,
      cleanUp: issuedAt + 49 * minutes,
    });
  });

  test.each([
    ['of 10 minutes', 600, { request: 450_000, cleanUp: 570_000 }],
    ['of 10 minutes as a string', '600', { request: 450_000, cleanUp: 570_000 }],
    ['of 1 second', 1, { request: 700, cleanUp: 900 }],
    ['of an hour', 3600, { request: 44 * minutes, cleanUp: 49 * minutes }],
  ])('leaves time to clean up and to answer within a ServiceTimeout %s', (_what, ServiceTimeout, expected) => {
    const { request, cleanUp } = requestDeadlines(requestWith(ServiceTimeout), 900_000, issuedAt);

    expect({ request: request - issuedAt, cleanUp: cleanUp - issuedAt }).toEqual(expected);
  });

  test.each([0, -1, 3601, 'soon', '', null, {}])('takes a ServiceTimeout of %j for an hour', (ServiceTimeout) => {
    const deadlines = requestDeadlines(requestWith(ServiceTimeout), 900_000, issuedAt);

    expect(deadlines).toEqual(requestDeadlines(requestWith(3600), 900_000, issuedAt));
  });

  test.each([
    ['beside ServiceToken alone', '30', undefined, 30],
    ['twice, the shorter one first', '30', '600', 30],
    ['twice, the longer one first', 600, 30, 30],
    ['twice, one of them invalid', 'soon', '30', 30],
  ])('reads a ServiceTimeout that stands %s', (_where, ServiceTimeout, property, seconds) => {
    const deadlines = requestDeadlines({ ...requestWith(property), ServiceTimeout }, 900_000, issuedAt);

    expect(deadlines).toEqual(requestDeadlines(requestWith(seconds), 900_000, issuedAt));
  });

  test('counts from the issue of the request, however late it is delivered', () => {
    const tenMinutesLater = requestDeadlines(requestWith(600), 900_000, issuedAt + 10 * minutes);

    expect(tenMinutesLater.request).toBe(issuedAt + 450_000);
    expect(tenMinutesLater.invocation).toBe(issuedAt + 10 * minutes + 870_000);
  });

  test('counts from now where ResponseURL does not tell the issue time', () => {
    const request = createRequest({ ResponseURL: 'https://example.com/answer' });

    expect(requestDeadlines(request, 900_000, issuedAt).request).toBe(issuedAt + 44 * minutes);
  });

  test('keeps a tenth of a short invocation for the answer', () => {
    expect(requestDeadlines(createRequest(), 3_000, issuedAt).invocation).toBe(issuedAt + 2_700);
  });
});
