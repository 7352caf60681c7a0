import { adviceOn } from '../../../sandbox/cli/check.ts';

const advice = (these: string) =>
  'Each Create has failed in the same way: this looks as if the provider could not create anything with these ' +
  `properties (${these}). Name a file with some that it can create something with: --properties FILE.`;
const failing = (...failures: readonly (string | undefined)[]) =>
  failures.map((CreateFailed) => (CreateFailed === undefined ? {} : { CreateFailed }));

test('where each Create fails in the same way, but for ids, other properties may help', () => {
  const findings = failing('No Prefix. (Log: stream 5b2e0c4f9a1d)', undefined, 'No Prefix. (Log: stream 9f0d77aa01c2)');

  expect(adviceOn(findings, undefined)).toBe(advice('none are given'));
  expect(adviceOn(findings, 'created.json')).toBe(advice('those in created.json'));
});

test.each([
  ['the first Create succeeds', [undefined, 'No Prefix.', 'No Prefix.']],
  ['Creates fail in different ways', ['No Prefix.', 'The name is taken.']],
  ['none fails', [undefined, undefined]],
])('there is no advice where %s', (_where, failures) => {
  expect(adviceOn(failing(...failures), undefined)).toBeUndefined();
});
