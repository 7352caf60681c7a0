// Each fault that the command line offers is written down, and tried, wherever the others are.
import { readFileSync } from 'node:fs';
import { faultLines } from '../../sandbox/cli/faults.ts';

const names = faultLines().flatMap((line) => /^ {2}([a-z-]+)/.exec(line)?.[1] ?? []);

const fidelity = readFileSync('sandbox/FIDELITY.md', 'utf8');
const commandLine = fidelity.slice(fidelity.indexOf('\n## Command line'), fidelity.indexOf('\n## Faults'));
const behaviours = commandLine.split('\n').map((row) => row.split('|')[1] ?? '');

/** What the file asks for, with or without an argument. */
const askedIn = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/'([a-z-]+)(?:=[^']*)?'/g)].map(([, name = '']) => name);

test('The faults that help shows are all there are', () => {
  const source = readFileSync('sandbox/cli/faults.ts', 'utf8');
  const kinds = source.slice(source.indexOf('const kinds'), source.indexOf('/** What `--fault` has said'));

  expect([...kinds.matchAll(/^ {2}'?([a-z-]+)'?: /gm)].map(([, name]) => name).toSorted()).toEqual(names.toSorted());
});

describe.each(names)('The fault %s', (name) => {
  test('has its row among those of the command line in FIDELITY.md', () => {
    expect(behaviours.filter((behaviour) => behaviour.includes(`\`${name}\``))).not.toEqual([]);
  });

  test.each(['test/sandbox/cli/faults.test.ts', 'test/sandbox/cli/injected-faults.test.ts'])(
    'is tried in %s',
    (file) => {
      expect(askedIn(file)).toContain(name);
    },
  );
});
