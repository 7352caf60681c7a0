/**
 * The Lambda function that receives CloudFormation's requests. Only this file connects the provider to the real clock, the
 * AWS SDK and the log.
 */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { systemClock } from './clock.ts';
import { put } from './cloudformation/deliver.ts';
import { answerHosts } from './cloudformation/destination.ts';
import type { Stacks } from './cloudformation/stacks.ts';
import { isInterruption } from './errors.ts';
import { powertoolsLog } from './powertools-log.ts';
import { type ProviderDependencies, provide } from './provider.ts';
import { sdkImageVersions } from './sagemaker/sdk-image-versions.ts';

/**
 * The function that Lambda calls. Resolves when the request is answered, or when CloudFormation does not wait for it.
 * Otherwise it rejects, and Lambda delivers the event again, even if that is no valid request.
 */
export type Handler = (event: CloudFormationCustomResourceEvent, context: Context) => Promise<void>;

/** Makes a handler from the given dependencies. */
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

/** The SDK makes one attempt: the provider retries, on its own clock. */
const client = new SageMakerClient({ maxAttempts: 1 });

/** CloudFormation's client is loaded when it is first used: most requests never use it. */
let loading: Promise<ProviderDependencies['stacks']> | undefined;
const load = async () => (await import('./cloudformation/sdk-stacks.ts')).stacksOfLambda(systemClock);
const stacks: ProviderDependencies['stacks'] = (log, deadlines): Stacks => {
  const ask = async <T>(question: (stacks: Stacks) => Promise<T>): Promise<T | undefined> => {
    try {
      loading ??= load();
      return await question((await loading)(log, deadlines));
    } catch (error) {
      if (isInterruption(error)) throw error;
      // The request continues as it does when CloudFormation gives no answer.
      loading = undefined;
      log.error('The provider could not ask CloudFormation about the stack. Report the error.', { error });
      return undefined;
    }
  };
  return {
    currentOperation: (...stack) => ask((stacks) => stacks.currentOperation(...stack)),
    currentResource: (...resource) => ask((stacks) => stacks.currentResource(...resource)),
    events: (...operation) => ask((stacks) => stacks.events(...operation)),
  };
};

export const handler = createHandler({
  imageVersions: (until) => sdkImageVersions(client, { clock: systemClock, until }),
  stacks,
  clock: systemClock,
  log: powertoolsLog(),
  put,
  answerHosts: answerHosts(process.env),
  verifiesRequests: process.env['VERIFY_REQUESTS'] === 'true',
  random: Math.random,
});
