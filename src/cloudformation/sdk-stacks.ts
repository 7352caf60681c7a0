/**
 * The port over the AWS SDK. A file of its own in the deployed package, loaded by handler.ts on first need.
 */
import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Clock } from '../clock.ts';
import type { Deadlines, pause } from '../deadlines.ts';
import type { Log } from '../log.ts';
import { member } from '../member.ts';
import { retryCeilingMs } from '../persist.ts';
import type { StackResource, Stacks } from './stacks.ts';

/** A call that takes longer has failed. */
const longestCallMs = 5_000;
/** What a call may take even when hardly any time is left. */
const shortestCallMs = 1_000;
/** For how long CloudFormation may throttle before it counts as not telling; shorter where an answer would be too late. */
const patienceMs = 60_000;
/** How often a call that fails otherwise is repeated. */
const retries = 2;
/** What no repetition changes. */
const refusals =
  /^(AccessDenied|ValidationError|UnrecognizedClient|InvalidClientToken|ExpiredToken|CredentialsProvider)/;
const throttling = /^(Throttl|TooManyRequests|RequestLimitExceeded|ServiceUnavailable)/;

export interface StacksDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the request for which CloudFormation is asked: its answer must not come too late over that. */
  readonly deadlines: Deadlines;
  /** The only way to wait, as the rest of the provider knows it: what it throws must be caught there. */
  readonly pause: typeof pause;
}

/** @param client makes one attempt for each call: retrying is done here, on the given clock */
export function sdkStacks(client: CloudFormationClient, dependencies: StacksDependencies): Stacks {
  const { clock, log, deadlines, pause } = dependencies;
  /** Where nobody waits for an answer any more, only the invocation ends the asking. */
  const answerDue = () => (clock.now() < deadlines.cleanUp ? deadlines.cleanUp : Number.POSITIVE_INFINITY);
  const options = () => {
    const leftMs = Math.min(answerDue(), deadlines.invocation) - clock.now();
    return { abortSignal: clock.timeout(Math.min(longestCallMs, Math.max(shortestCallMs, leftMs))) };
  };

  const ask = async <T>(
    what: string,
    question: () => Promise<T | undefined>,
    ifInvalid?: T,
  ): Promise<T | undefined> => {
    const due = answerDue();
    const patientUntil = clock.now() + patienceMs;
    for (let retry = 0; ; retry += 1) {
      try {
        return await question();
      } catch (thrown) {
        const error = String(member(thrown, 'name'));
        if (error === 'ValidationError' && ifInvalid !== undefined) return ifInvalid;
        const hasTriedEnough = throttling.test(error) ? clock.now() >= patientUntil : retry >= retries;
        if (refusals.test(error) || hasTriedEnough || clock.now() >= due) {
          log.warn(`CloudFormation does not tell ${what}`, { error });
          return undefined;
        }
        await pause(retryCeilingMs(retry), undefined, { clock, deadlines: { ...deadlines, request: due } });
      }
    }
  };

  return {
    currentOperation: (StackId) =>
      ask('what the stack is doing', async () => {
        const { Stacks: [stack] = [] } = await client.send(
          new DescribeStacksCommand({ StackName: StackId }),
          options(),
        );
        const startedAt = stack?.LastUpdatedTime ?? stack?.CreationTime;
        return stack?.StackStatus && startedAt
          ? { StackStatus: stack.StackStatus, startedAt: startedAt.getTime() }
          : undefined;
      }),

    currentResource: (StackId, LogicalResourceId) =>
      ask<StackResource | 'gone'>(
        'what the resource is doing',
        async () => {
          const command = new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId });
          const { StackResourceDetail: resource } = await client.send(command, options());
          if (!resource?.ResourceStatus || !resource.LastUpdatedTimestamp) return undefined;
          const { ResourceStatus, PhysicalResourceId, LastUpdatedTimestamp } = resource;
          return { ResourceStatus, PhysicalResourceId, lastUpdatedAt: LastUpdatedTimestamp.getTime() };
        },
        'gone',
      ),
  };
}

/** The port over one client with Lambda's own Region and credentials, for each log that is given. */
export function stacksOfLambda(
  shared: Pick<StacksDependencies, 'clock' | 'pause'>,
): (log: Log, deadlines: Deadlines) => Stacks {
  const client = new CloudFormationClient({ maxAttempts: 1 });
  return (log, deadlines) => sdkStacks(client, { ...shared, log, deadlines });
}
