import { ProviderError } from '../../src/errors.ts';
import { provide } from '../../src/provider.ts';
import { own } from '../support/provider/aliases.ts';
import { responseUrl } from '../support/provider/builders.ts';
import { create, invocation, remove, simulate, update } from '../support/provider/simulate-request.ts';

const requests = [create(), update(), remove()] as const;
const before = { 1: [own] };

describe('The answer', () => {
  test.each(requests)(
    'of success that cannot be delivered is never turned into failure: $RequestType',
    async (request) => {
      const { bucket, deliver } = simulate(request, { before, puts: [500, 500, 500, 500, 500] });

      await expect(deliver()).rejects.toEqual(
        new ProviderError('NetworkFailure', 'S3 did not accept the answer in 4 tries: HTTP status 500.'),
      );
      expect(bucket.answers).toEqual([]);

      expect(await deliver()).toMatchObject({ Status: 'SUCCESS' });
    },
  );

  test.each([
    responseUrl().replace('https:', 'http:'),
    'http://127.0.0.1:9001/2018-06-01/runtime/invocation/error',
    'https://cloudformation-custom-resource-response-mine.s3.amazonaws.com/x?X-Amz-Signature=c0ffee',
  ])('goes to no place but CloudFormation’s buckets, so nothing is done for a request with %s', async (ResponseURL) => {
    const { deliver, imageVersions } = simulate(create({}, { ResponseURL }));

    const { protocol, hostname } = new URL(ResponseURL);
    await expect(deliver()).rejects.toEqual(
      new ProviderError(
        'InvalidRequest',
        "The provider sends answers only to CloudFormation's buckets. The ResponseURL for resource Stable of stack " +
          `${create().StackId} names ${protocol}//${hostname}. Find out what invoked the function. If it was ` +
          'CloudFormation, add the host to the parameter ResponseUrlHosts of the provider.',
      ),
    );
    expect(imageVersions.calls).toEqual([]);
  });

  test('has no place to go when the event is no request', async () => {
    const { dependencies, imageVersions } = simulate(create());

    const answered = provide({ Records: [] }, invocation, dependencies);

    await expect(answered).rejects.toEqual(new Error('This is no custom resource request: ResponseURL is missing.'));
    expect(imageVersions.calls).toEqual([]);
  });
});

describe('The log', () => {
  test.each(requests)(
    'names the request on every line, from its arrival to its answer: $RequestType',
    async (request) => {
      const { deliver, log } = simulate(request, { before, latenessMs: 1_000, puts: [500] });

      await deliver();

      const { StackId, LogicalResourceId, RequestId, RequestType, ResourceProperties } = request;
      const { awsRequestId, providerVersion } = invocation;
      for (const { details } of log.lines) {
        expect(details).toMatchObject({ StackId, LogicalResourceId, RequestId, RequestType });
      }
      expect(log.lines[0]).toMatchObject({
        level: 'info',
        details: { awsRequestId, providerVersion, latenessMs: 1_000, ResourceProperties },
      });
      expect(log.lines.at(-1)).toMatchObject({ level: 'info', details: { Status: 'SUCCESS' } });
      expect(log.messages('warn')).toHaveLength(1);
      expect(log.messages('error')).toEqual([]);
    },
  );

  const cause = new TypeError('x is not a function');

  test.each([
    ['refusal', 'AccessDenied', new ProviderError('AccessDenied', 'No.', { cause })],
    ['defect of the provider', 'InternalFailure', cause],
  ])('has the code and the cause of a %s', async (_what, code, refuses) => {
    const { deliver, imageVersions, log } = simulate(remove(), { before });
    imageVersions.always('deleteImageVersion', { refuses });

    await deliver();

    const [line, ...more] = log.lines.filter(({ level }) => level === 'error');
    expect(more).toEqual([]);
    expect(line?.details).toMatchObject({ error: { code } });
    expect(causesOf(line?.details['error'])).toContain(cause);
  });

  function causesOf(error: unknown): readonly unknown[] {
    return error instanceof Error ? [error, ...causesOf(error.cause)] : [error];
  }
});
