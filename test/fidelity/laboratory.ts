/** A simulated SageMaker in virtual time, to be asked by the probes with the real SDK. */
import { ListImagesCommand } from '@aws-sdk/client-sagemaker';
import { type Fact, investigate } from '../../fidelity/investigate.ts';
import type { LaboratoryOptions } from '../../fidelity/laboratory.ts';
import type { Probe } from '../../fidelity/probes.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { wholeSdk } from '../support/whole-sdk.ts';

/** Asks `probes`, and gives what they found with the names of the images that are there afterwards. */
export async function askSimulated(
  probes: readonly Probe[],
  settings: Parameters<typeof sageMakerSettings>[0] = {},
  overrides: Partial<LaboratoryOptions> & { readonly onFact?: (fact: Fact) => void } = {},
) {
  const { onFact = () => {}, ...options } = overrides;
  const clock = new VirtualClock(0);
  const sageMaker = createSageMaker(sageMakerSettings(settings), { clock, random: seededRandom(1) });
  const { sageMaker: client } = wholeSdk()({
    sageMaker: (operation, body) => sageMaker.call(operation, JSON.parse(body)),
    cloudFormation: () => Promise.reject(new Error('No probe asks CloudFormation')),
  });
  const laboratory = {
    client,
    accountId: '111122223333',
    roleArn: 'arn:aws:iam::111122223333:role/fidelity',
    baseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/any:1',
    runId: 'test',
    pollMs: 10_000,
    signal: new AbortController().signal,
    ...options,
  };
  // The SDK reads its configuration files before its first call, and virtual time does not wait for files.
  await client.send(new ListImagesCommand({}));
  const found = await clock.run(() => investigate(probes, laboratory, { clock, onFact }));
  return { ...found, images: Object.keys(sageMaker.snapshot().images) };
}
