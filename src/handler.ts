/**
 * The Lambda function that CloudFormation's requests arrive at. Here, and only here, the world is wired up: the real
 * clock, the SDK's client, the log.
 */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { systemClock } from './clock.ts';
import { put } from './cloudformation/put.ts';
import type { Stacks } from './cloudformation/stacks.ts';
import { pause } from './deadlines.ts';
import { OutOfTime } from './errors.ts';
import { jsonLog } from './json-log.ts';
import { lateLog } from './late-log.ts';
import { type ProviderDependencies, provide } from './provider.ts';
import { sdkImageVersions } from './sagemaker/sdk-image-versions.ts';

/** What Lambda calls: resolves once the request is answered, and rejects where Lambda has to deliver it again. */
export type Handler = (event: CloudFormationCustomResourceEvent, context: Context) => Promise<void>;

/** A handler over given dependencies; the sandbox passes its own clock and client. */
export function createHandler(dependencies: ProviderDependencies): Handler {
  return (event, context) =>
    provide(
      event,
      {
        remainingTimeMs: context.getRemainingTimeInMillis(),
        awsRequestId: context.awsRequestId,
        providerVersion: process.env['PROVIDER_VERSION'],
        logGroupName: context.logGroupName,
        logStreamName: context.logStreamName,
      },
      dependencies,
    );
}

/** The SDK makes one attempt: the provider's own loop retries, on the provider's clock. */
const client = new SageMakerClient({ maxAttempts: 1 });

/** CloudFormation's client is loaded when CloudFormation is first asked, which most requests never do. */
let loading: Promise<ProviderDependencies['stacks']> | undefined;
const load = async () => (await import('./cloudformation/sdk-stacks.ts')).stacksOfLambda({ clock: systemClock, pause });
const stacks: ProviderDependencies['stacks'] = (log, deadlines): Stacks => {
  const ask = async <T>(question: (stacks: Stacks) => Promise<T>): Promise<T | undefined> => {
    try {
      loading ??= load();
      return await question((await loading)(log, deadlines));
    } catch (error) {
      if (error instanceof OutOfTime) throw error;
      // As where CloudFormation would not tell.
      loading = undefined;
      log.error('CloudFormation cannot be asked', { error });
      return undefined;
    }
  };
  return {
    currentOperation: (...stack) => ask((stacks) => stacks.currentOperation(...stack)),
    currentResource: (...resource) => ask((stacks) => stacks.currentResource(...resource)),
  };
};

/** Powertools Logger is loaded while the first request is on its way: nobody waits for the log, or fails without it. */
const loadLog = async () => {
  try {
    return (await import('./powertools-log.ts')).powertoolsLog();
  } catch (error) {
    const log = jsonLog();
    log.warn('Powertools Logger could not be loaded; LogLevel does not apply', { error });
    return log;
  }
};
const log = lateLog(loadLog, setImmediate);

const provider = createHandler({
  imageVersions: (until) => sdkImageVersions(client, { clock: systemClock, until }),
  stacks,
  clock: systemClock,
  log,
  put,
  random: Math.random,
});

export const handler: Handler = async (event, context) => {
  try {
    await provider(event, context);
  } finally {
    await log.written();
  }
};
