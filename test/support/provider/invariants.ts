/**
 * What holds in every test of the provider, whatever the test is about. The fakes report breaches here instead of
 * throwing them, because the code under test catches what its dependencies throw. Each test file that imports a fake
 * checks after each of its tests that there was none.
 */

const breaches: string[] = [];

/** Notes `breach` unless `holds`; the running test fails when it ends. */
export function requireThat(holds: boolean, breach: string): void {
  if (!holds) breaches.push(breach);
}

/** ResponseURL is a credential: no part of its query may be in a log line or a Reason. */
export function requireNoCredential(text: string, place: string): void {
  requireThat(!/X-Amz-|Signature=|AWSAccessKeyId|Expires=/.test(text), `${place} carries a ResponseURL: ${text}`);
}

afterEach(() => {
  expect(breaches.splice(0)).toEqual([]);
});
