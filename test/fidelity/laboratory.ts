/** A simulated SageMaker in virtual time, to be asked by the probes over HTTP with the real SDK. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type Fact, investigate } from '../../fidelity/investigate.ts';
import type { LaboratoryOptions } from '../../fidelity/laboratory.ts';
import type { Probe } from '../../fidelity/probes.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../../sandbox/sagemaker/server.ts';
import { sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

/** Asks `probes`, and gives what they found with the names of the images that are there afterwards. */
export async function askSimulated(
  probes: readonly Probe[],
  settings: Parameters<typeof sageMakerSettings>[0] = {},
  overrides: Partial<LaboratoryOptions> & { readonly onFact?: (fact: Fact) => void } = {},
) {
  const { onFact = () => {}, ...options } = overrides;
  const clock = new VirtualClock(0);
  const sageMaker = createSageMaker(sageMakerSettings(settings), { clock, random: seededRandom(1) });
  const { url: endpoint, close } = await listenSageMaker(sageMaker, { clock });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SageMakerClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  // Virtual time stands still while a call is under way.
  client.middlewareStack.add((next) => (args) => clock.hold(() => next(args)), { step: 'initialize' });
  const laboratory = {
    client,
    accountId: '111122223333',
    roleArn: 'arn:aws:iam::111122223333:role/fidelity',
    baseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/any:1',
    runId: 'test',
    pollMs: 1000,
    signal: new AbortController().signal,
    ...options,
  };
  const found = await clock.run(() => investigate(probes, laboratory, { clock, onFact }));
  client.destroy();
  await close();
  return { ...found, images: Object.keys(sageMaker.snapshot().images) };
}
