import {
  createResponseBucket,
  type InterceptDelivery,
  listenResponseBucket,
} from '../../../sandbox/cloudformation/response-bucket.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { START } from './world.ts';

const KEY = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/app/1|A|2';
const headers = { 'content-type': '', 'content-length': '2' };

/** A bucket with one presigned URL. */
function newBucket(intercept?: InterceptDelivery) {
  const clock = new VirtualClock(START);
  const services = { clock, random: seededRandom(1), ...(intercept !== undefined && { intercept }) };
  const bucket = createResponseBucket('eu-west-1', services);
  return { clock, bucket, ...bucket.presign(KEY) };
}

describe('the response bucket', () => {
  it('passes on the first object that is put', async () => {
    const { bucket, ResponseURL, arrival } = newBucket();

    const first = await bucket.put(ResponseURL, headers, '{}');
    const second = await bucket.put(ResponseURL, headers, '[]');

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await arrival).toBe('{}');
  });

  it.each([
    ['another signature', (url: string) => url.replace(/Signature=./, 'Signature=x'), headers],
    ['another parameter', (url: string) => `${url}&x=1`, headers],
    ['a URL without its query', (url: string) => url.split('?')[0] ?? '', headers],
    ['another key', (url: string) => url.replace('%7CA%7C', '%7CB%7C'), headers],
    ['a Content-Type', (url: string) => url, { ...headers, 'Content-Type': 'application/json' }],
  ])('refuses %s with SignatureDoesNotMatch', async (_words, changed, sent) => {
    const { bucket, ResponseURL } = newBucket();

    const answer = await bucket.put(changed(ResponseURL), sent, '{}');

    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('accepts the same URL in another encoding and order', async () => {
    const { bucket, ResponseURL } = newBucket();
    const [path = '', query = ''] = ResponseURL.split('?');

    const answer = await bucket.put(
      `${path.replaceAll('%3A', ':')}?${query.split('&').toReversed().join('&')}`,
      headers,
      '{}',
    );

    expect(answer.status).toBe(200);
  });

  it('refuses an object after two hours', async () => {
    const { bucket, clock, ResponseURL } = newBucket();
    await clock.run(() => clock.sleep(7_200_001));

    const answer = await bucket.put(ResponseURL, headers, '{}');

    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<Message>Request has expired</Message>');
  });

  it('requires Content-Length', async () => {
    const { bucket, ResponseURL } = newBucket();

    const answer = await bucket.put(ResponseURL, { 'content-type': '' }, '{}');

    expect(answer.status).toBe(411);
  });

  it.each([
    ['cuts an object at a Content-Length that is too short', '1', 200, '{'],
    ['refuses an object that is shorter than its Content-Length', '3', 400, undefined],
  ])('%s', async (_words, length, status, stored) => {
    const { bucket, ResponseURL, arrival } = newBucket();

    const answer = await bucket.put(ResponseURL, { ...headers, 'content-length': length }, '{}');

    expect(answer.status).toBe(status);
    expect(await Promise.race([arrival, Promise.resolve(undefined)])).toBe(stored);
  });

  it('lets an interceptor answer in its place', async () => {
    const { bucket, ResponseURL } = newBucket(async () => ({ status: 503, body: 'Slow Down' }));

    const answer = await bucket.put(ResponseURL, headers, '{}');

    expect(answer).toEqual({ status: 503, body: 'Slow Down' });
  });
});

describe('the response bucket over HTTP', () => {
  it('accepts only a PUT to the whole URL', async () => {
    const { bucket } = newBucket();
    const server = await listenResponseBucket(bucket);
    const { ResponseURL, arrival } = bucket.presign(KEY);

    const posted = await fetch(ResponseURL, { method: 'POST', body: '{}' });
    const typed = await fetch(ResponseURL, { method: 'PUT', body: '{}' });
    const put = await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: '{"ä":1}' });
    await server.close();

    expect([posted.status, typed.status, put.status]).toEqual([405, 403, 200]);
    expect(ResponseURL.startsWith(`${server.url}/arn%3Aaws%3Acloudformation%3A`)).toBe(true);
    expect(await arrival).toBe('{"ä":1}');
  });
});
