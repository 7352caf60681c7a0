import { withoutCredential } from '../../../src/cloudformation/credential.ts';

const signature = '5f1c0ffee29a7d3b'.repeat(4);
const token = 'IQoJb3JpZ2luX2VjEJr//wEaCWV1LXdlc3QtMSJHMEUCIQ+/=';
const url =
  'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/arn%3Aaws%7CStable%7C1f9a' +
  '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T035810Z&X-Amz-SignedHeaders=host&X-Amz-Expires=7200' +
  `&X-Amz-Credential=AKIAEXAMPLE%2F20261121%2Feu-west-1&X-Amz-Security-Token=${encodeURIComponent(token)}` +
  `&X-Amz-Signature=${signature}`;
const older =
  'https://bucket.s3.amazonaws.com/x?AWSAccessKeyId=AKIAEXAMPLE&Expires=1795233490&Signature=Zm9v%2BYmFy%2Fw%3D';

describe('An error that quotes a ResponseURL', () => {
  test.each([
    ['whole', `Cannot parse ${url}, at 3:1`],
    ['as JSON', `Cannot parse ${JSON.stringify({ url })}`],
    ['as JSON that writes & as an escape', `Cannot parse ${url.replaceAll('&', '\\u0026')}`],
    ['as a part of another URL', `Cannot get https://example.com/?to=${encodeURIComponent(url)}`],
    ['as a part of a part of another URL', `Cannot get /?to=${encodeURIComponent(encodeURIComponent(url))}`],
    ['as a printed map', `{ 'X-Amz-Date': '20261121T035810Z', 'X-Amz-Signature': '${signature}', token: '${token}' }`],
    ['as its signature alone', `Bad signature: ${signature}.`],
    ['as its signature in a longer word', `Bad_${signature}_signature`],
    ['as its security token alone', `Bad token ${token} here`],
    ['as its security token alone, encoded', `Bad token ${encodeURIComponent(token)} here`],
    ['as its security token alone, encoded twice', `Bad ${encodeURIComponent(encodeURIComponent(token))} here`],
    ['as its security token alone, as JSON', `Bad ${token.replaceAll('/', '\\/').replaceAll('+', '\\u002b')} here`],
    ['of another request as a printed map', `{ Signature: 'b7e1'.repeat, 'signature' => "${'b7e1'.repeat(16)}" }`],
  ])('contains no secret of it: %s', (_how, error) => {
    const safe = withoutCredential(error, url);

    expect(safe).toContain('(ResponseURL)');
    for (const secret of [signature, token, encodeURIComponent(token), 'b7e1b7e1', 'IQoJb3JpZ2luX2VjEJr']) {
      expect(safe).not.toContain(secret);
    }
    expect(safe).not.toMatch(/X-Amz-S/i);
  });

  test('contains no signature of version 2', () => {
    const safe = withoutCredential(`Neither ${older} nor Zm9v+YmFy/w= nor Zm9v%2bYmFy%2fw%3d`, older);

    expect(safe).toBe('Neither (ResponseURL) nor (ResponseURL)= nor (ResponseURL)%3d');
  });

  test('keeps every other word', () => {
    const error = 'Task timed out after 900.00 seconds. Signature expired: 20261121T035810Z is now earlier. Host: s3.';

    expect(withoutCredential(error, url)).toBe(error);
  });
});

describe('A long error', () => {
  test.each([
    ['no spaces', 'x'],
    ['spaces alone', ' '],
    ['dots alone', '.'],
    ['words', 'word '],
    ['names of parameters', 'X-Amz-'],
    ['names of secrets', 'token '],
  ])('is cut before it is read: with %s', (_what, part) => {
    const safe = withoutCredential(part.repeat(6_000_000 / part.length), url);

    expect(safe.length).toBeLessThanOrEqual(4_099);
    expect(safe.endsWith('...')).toBe(true);
  });

  test.each([1, 6, 20, 63, 64])('contains no part of a signature that is cut after %d of 64 characters', (length) => {
    const error = `${'x '.repeat(2_048).slice(0, 4_096 - length)}${signature} and more`;

    const safe = withoutCredential(error, url);

    expect(safe).toMatch(/^[x ]+\.{3}$/);
  });
});
