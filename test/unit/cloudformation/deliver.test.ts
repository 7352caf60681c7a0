import { deliver } from '../../../src/cloudformation/deliver.ts';
import { responseBody } from '../../../src/cloudformation/response.ts';
import { ProviderError } from '../../../src/errors.ts';
import { createRequest } from '../../support/provider/builders.ts';
import { fakeClock } from '../../support/provider/fake-clock.ts';
import { fakeLog } from '../../support/provider/fake-log.ts';
import { fakePut, type PutStep } from '../../support/provider/fake-put.ts';

const request = createRequest();
const destination = new URL(request.ResponseURL);
const answer = responseBody(request, { Status: 'SUCCESS', PhysicalResourceId: 'an-arn' }, '(Log: group)');

function bucket(...steps: readonly PutStep[]) {
  const clock = fakeClock();
  const log = fakeLog();
  const fake = fakePut(request, ...steps);
  return { clock, log, fake, dependencies: { clock, log, put: fake.put, random: () => 0.5 } };
}

function connectionReset(): Error {
  return Object.assign(new Error(`read ECONNRESET ${request.ResponseURL}`), { code: 'ECONNRESET' });
}

function notAccepted(tried: number, failure: string) {
  const message =
    `S3 did not accept the answer at try ${tried} of 4: ${failure}. If every try fails, Lambda delivers the request again. ` +
    'If you see this often, check the route to S3: without it, no stack gets an answer.';
  return { level: 'warn', message, details: { tried, failure } };
}

describe('deliver', () => {
  test('sends the body once where the bucket takes it', async () => {
    const { clock, log, fake, dependencies } = bucket();

    await deliver(destination, answer, dependencies);

    expect(fake.answers).toEqual([JSON.parse(answer)]);
    expect(fake.tries()).toBe(1);
    expect(clock.slept).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  test('accepts any 2xx status', async () => {
    const { fake, dependencies } = bucket(204);

    await deliver(destination, answer, dependencies);

    expect(fake.tries()).toBe(1);
  });

  test('tries again, with growing pauses, after a server error, a reset connection and a refusal', async () => {
    const { clock, log, fake, dependencies } = bucket(503, connectionReset(), 403);

    await deliver(destination, answer, dependencies);

    expect(fake.answers).toHaveLength(1);
    expect(clock.slept).toEqual([300, 600, 1200]);
    expect(log.lines).toEqual([
      notAccepted(1, 'HTTP status 503'),
      notAccepted(2, 'ECONNRESET'),
      notAccepted(3, 'HTTP status 403'),
    ]);
  });

  test('takes a redirect for a refusal', async () => {
    const { log, dependencies } = bucket(301);

    await deliver(destination, answer, dependencies);

    expect(log.lines[0]?.details).toEqual({ tried: 1, failure: 'HTTP status 301' });
  });

  test('pauses between half of the longest pause and all of it', async () => {
    const shortest = bucket(500);
    const longest = bucket(500);

    await deliver(destination, answer, { ...shortest.dependencies, random: () => 0 });
    await deliver(destination, answer, { ...longest.dependencies, random: () => 1 });

    expect([shortest.clock.slept, longest.clock.slept]).toEqual([[200], [400]]);
  });

  test('gives a try that hangs four seconds', async () => {
    const { clock, log, fake, dependencies } = bucket(
      (_url, _body, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          clock.advance(4000);
        }),
    );

    await deliver(destination, answer, dependencies);

    expect(clock.timeouts).toEqual([4000, 4000]);
    expect(fake.tries()).toBe(2);
    expect(log.lines[0]?.details).toEqual({ tried: 1, failure: 'TimeoutError' });
  });

  test('throws after four tries, and names what stopped the last', async () => {
    const { fake, dependencies } = bucket(500, 500, 500, 403);

    const delivery = deliver(destination, answer, dependencies);

    await expect(delivery).rejects.toEqual(
      new ProviderError('NetworkFailure', 'S3 did not accept the answer in 4 tries: HTTP status 403.'),
    );
    expect(fake.tries()).toBe(4);
    expect(fake.answers).toEqual([]);
  });

  test('throws nothing that quotes an error, which might carry the URL', async () => {
    const fetchFailed = new TypeError(`Failed to parse URL from ${request.ResponseURL}`);
    const { dependencies } = bucket(fetchFailed, fetchFailed, fetchFailed, fetchFailed);

    const thrown: unknown = await deliver(destination, answer, dependencies).catch((error: unknown) => error);

    expect(thrown).toEqual(new ProviderError('NetworkFailure', 'S3 did not accept the answer in 4 tries: TypeError.'));
    expect(thrown).toHaveProperty('cause', undefined);
  });

  test('knows no name for what is thrown and is no Error', async () => {
    const { log, dependencies } = bucket(() => Promise.reject('a string'));

    await deliver(destination, answer, dependencies);

    expect(log.lines[0]?.details).toEqual({ tried: 1, failure: 'unknown failure' });
  });
});
