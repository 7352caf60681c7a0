import { readFileSync } from 'node:fs';
import { probes } from '../../fidelity/probes.ts';
import { sageMakerSwitches } from '../../sandbox/sagemaker/settings.ts';
import { likelierSides } from '../../sandbox/switches.ts';
import { askSimulated } from './laboratory.ts';

/** A question about the last one needs a domain, which costs a file system and takes minutes. */
const { deletionOfUsedVersion: _, ...askedSwitches } = sageMakerSwitches;

const named = (name: string) => probes.filter((probe) => probe.name === name);

test.each(Object.entries(askedSwitches).flatMap(([name, all]) => all.map((side) => [name, side])))(
  'the sandbox reports its own switch: %s is %s',
  async (name, side) => {
    const { facts, left, images } = await askSimulated(named(name), { switches: { [name]: side } });

    expect(facts.map(({ Probe, Answer, Problem }) => ({ Probe, Answer, Problem }))).toEqual([
      { Probe: name, Answer: side, Problem: undefined },
    ]);
    expect({ left, images }).toEqual({ left: [], images: [] });
  },
);

test('one run asks all questions and leaves nothing behind', async () => {
  const { facts, left, images } = await askSimulated(probes);

  expect(Object.fromEntries(facts.map(({ Probe, Answer }) => [Probe, Answer]))).toEqual({
    ...likelierSides(askedSwitches),
    updateAfterFailure: 'ValidationException',
    aliasOfFailedVersion: 'ResourceInUse',
    failureReason:
      "The base image '111122223333.dkr.ecr.eu-west-1.amazonaws.com/any:does-not-exist-test' was not found in Amazon " +
      'ECR, or the role of the image may not read it.',
    emptyAliases: 'accepted',
    latestWhileCreating: 'yes',
    deletedTwice: 'ResourceInUse',
  });
  expect({ left, images }).toEqual({ left: [], images: [] });
});

test('FIDELITY.md lists every question, and no other', () => {
  const [, whole = ''] = readFileSync('sandbox/FIDELITY.md', 'utf8').split('## Questions for a real account');
  const [section = ''] = whole.split('### Questions that a stack answers');

  const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);

  expect(listed).toEqual(probes.map(({ name }) => name));
});
