/** Real templates, unchanged, from creation to deletion: those whose licences allow a copy. `manifest.json` has all. */
import { fileOf, outcomeOf, readManifest } from './manifest.ts';

const { templates } = readManifest();
const kept = templates.filter(({ isKept }) => isKept);

test.each(kept)('$repository/$path', async (row) => {
  const file = fileOf(row, 'nowhere') ?? '';

  const outcome = await outcomeOf(row, file);

  const { stage, reason } = row;
  expect(outcome).toEqual({ stage, ...(reason !== undefined && { reason }) });
});

test('of the templates that AWS takes, at least 95 % are planned, deployed, updated and deleted', () => {
  const taken = templates.filter(({ refusedByAws }) => refusedByAws === undefined);
  const whole = taken.filter(({ stage }) => stage === 'deleted');

  expect(taken.length).toBeGreaterThanOrEqual(60);
  expect(whole.length / taken.length).toBeGreaterThanOrEqual(0.95);
});
