import { drawLife } from '../../../sandbox/lives/draw-life.ts';
import { readLife } from '../../../sandbox/lives/read-life.ts';
import { deploy, life, version } from '../../support/life.ts';

test('reads every life that is drawn back as it was', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const drawn = drawLife(seed);

    expect(readLife(JSON.stringify(drawn))).toEqual(drawn);
  }
});

test('says so where there is no JSON', () => {
  expect(() => readLife('{"seed": 1,')).toThrow(new Error('This is not JSON.'));
});

const { seed: _, ...withoutSeed } = life([]);
const [operation] = [deploy([version('V1')])];

test.each<[what: string, value: unknown]>([
  ['null', null],
  ['a list', []],
  ['a life without a seed', withoutSeed],
  ['operations that are no list', { ...life([]), operations: {} }],
  ['an operation without a template', { ...life([]), operations: [{ ...operation, template: undefined }] }],
  ['an operation without faults', { ...life([]), operations: [{ ...operation, faults: undefined }] }],
  [
    'a template without versions',
    { ...life([]), operations: [{ ...operation, template: { images: [], siblings: [] } }] },
  ],
])('says what a life has where there is %s', (_what, value) => {
  expect(() => readLife(JSON.stringify(value))).toThrow(
    new Error(
      'This is no life: one has seed, switches, cloudFormation, versionCreation, largestPageSize, foreign, operations, ' +
        'and a template with versions in each operation.',
    ),
  );
});
