import { pollDelayMs } from '../../../src/image-version/stabilize.ts';

test('The poll delay is a twelfth of the time waited, from 1.5 to 9 seconds', () => {
  expect([0, 18_000, 24_000, 60_000, 108_000, 3_600_000].map(pollDelayMs)).toEqual([
    1_500, 1_500, 2_000, 5_000, 9_000, 9_000,
  ]);
});
