/** Serves the sandbox's SageMaker in real time for the probes, which must report its own switches. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { realClock } from '../sandbox/clock.ts';
import { seededRandom } from '../sandbox/random.ts';
import { createSageMaker } from '../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../sandbox/sagemaker/server.ts';
import { sageMakerSettings } from '../sandbox/sagemaker/settings.ts';

/** Long enough for a probe to see the status CREATING, and short enough to wait for. */
const quick = [250, 250] as const;

export async function openSimulated() {
  const settings = sageMakerSettings({
    durations: {
      imageCreation: quick,
      imageUpdate: quick,
      imageDeletion: quick,
      versionCreation: quick,
      versionDeletion: quick,
    },
    lockWindowMs: 5,
  });
  const { Region: region, AccountId: accountId } = settings;
  const { url: endpoint, close } = await listenSageMaker(
    createSageMaker(settings, { clock: realClock, random: seededRandom(1) }),
  );
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  return {
    client: new SageMakerClient({ endpoint, region, credentials }),
    accountId,
    roleArn: `arn:aws:iam::${accountId}:role/sandbox`,
    baseImage: `${accountId}.dkr.ecr.${region}.amazonaws.com/sandbox:1`,
    runId: 'sandbox',
    close,
  };
}
