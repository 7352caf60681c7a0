import type { Laboratory } from '../../fidelity/laboratory.ts';
import { probes } from '../../fidelity/probes.ts';
import { askSimulated } from './laboratory.ts';

const [first, ...others] = probes;
const shortOnes = first === undefined ? [] : [first];

test('an interruption ends the questions, and what was made is still deleted', async () => {
  const stop = new AbortController();
  const onFact = () => stop.abort(new Error('Interrupted by SIGINT'));

  const { facts, left, images } = await askSimulated(probes, {}, { signal: stop.signal, onFact });

  expect(facts.map(({ Probe }) => Probe)).toEqual([first?.name]);
  expect({ left, images }).toEqual({ left: [], images: [] });
});

test('an image that turns out to be in another account is deleted, and no version is made', async () => {
  const { facts, left, images } = await askSimulated(shortOnes, { AccountId: '444455556666' });

  expect(facts.map(({ Answer, Problem }) => ({ Answer, Problem }))).toEqual([
    {
      Answer: undefined,
      Problem:
        'Error: arn:aws:sagemaker:eu-west-1:444455556666:image/fidelity-probe-test-shared is not in account 111122223333',
    },
  ]);
  expect({ left, images }).toEqual({ left: [], images: [] });
});

test('an image that cannot be deleted is named', async () => {
  const failures = { imageDeletion: () => 'somebody uses it' };

  const { left } = await askSimulated(shortOnes, { failures }, { pollMs: 60_000 });

  expect(left).toEqual(['fidelity-probe-test-shared']);
});

test('a probe whose version is CREATED too early reports it, and the others continue', async () => {
  const durations = { versionCreation: [0, 0] } as const;
  const asked = others.filter(({ name }) => ['updateWhileCreating', 'caseOfArns'].includes(name));

  const { facts } = await askSimulated(asked, { durations });

  expect(facts.map(({ Probe, Answer, Problem }) => ({ Probe, Answer, Problem }))).toEqual([
    { Probe: 'caseOfArns', Answer: 'kept', Problem: undefined },
    {
      Probe: 'updateWhileCreating',
      Answer: undefined,
      Problem: 'Error: the version was CREATED too early, 3 times',
    },
  ]);
});

test('an image that is busy with a version is deleted as soon as it can be', async () => {
  const ask = async ({ sharedImage, startVersion }: Laboratory) => {
    const { ImageName } = await sharedImage();
    await startVersion(ImageName);
    return 'left CREATING';
  };

  const { left, images } = await askSimulated([{ name: 'any', question: '?', ask }], {
    switches: { imageWhileVersionIsCreated: 'busy' },
  });

  expect({ left, images }).toEqual({ left: [], images: [] });
});
