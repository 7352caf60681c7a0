/**
 * CloudFormation's API over the AWS SDK. It is a bundle of its own in the deployed package: handler.ts loads it on
 * first use.
 */
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  type StackEvent as SdkStackEvent,
} from '@aws-sdk/client-cloudformation';
import type { Clock } from '../clock.ts';
import { type Deadlines, wait } from '../deadlines.ts';
import { getProperty } from '../errors.ts';
import type { Log } from '../log.ts';
import { longestDelayMs } from '../retry.ts';
import type { StackEvent, StackResource, Stacks } from './stacks.ts';

/** A call that takes longer has failed. */
const longestCallMs = 5_000;
/** Each call gets at least this time, even when the deadline is nearer. */
const shortestCallMs = 1_000;
/** The provider retries a call for this long, or until its own answer is due. */
const patienceMs = 60_000;
/** After these errors it retries until its own answer is due: CloudFormation answers later. */
const throttling = /^(Throttling|TooManyRequests|RequestLimitExceeded)/;
/** A retry cannot succeed after these errors. */
const refusals =
  /^(AccessDenied|ValidationError|UnrecognizedClient|InvalidClientToken|ExpiredToken|CredentialsProvider)/;
/** A page contains a hundred events. One operation on the largest stack has fewer than this many pages. */
const mostPagesOfEvents = 50;

function isRefusal(error: unknown): boolean {
  return refusals.test(String(getProperty(error, 'name')));
}

export interface StacksDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** The deadlines of the request for which the provider asks. */
  readonly deadlines: Deadlines;
  /** A number in [0, 1): many resources must not retry at the same instants. */
  readonly random: () => number;
}

/** @param client makes one attempt for each call: this adapter retries, on the given clock */
export function sdkStacks(client: CloudFormationClient, dependencies: StacksDependencies): Stacks {
  const { clock, log, deadlines, random } = dependencies;
  /** After the clean-up nobody waits for an answer, so only `patienceMs` and the invocation's deadline end the retries. */
  const answerDue = () => (clock.now() < deadlines.cleanUp ? deadlines.cleanUp : Number.POSITIVE_INFINITY);
  const options = () => {
    const leftMs = Math.min(answerDue(), deadlines.invocation) - clock.now();
    return { abortSignal: clock.timeout(Math.min(longestCallMs, Math.max(shortestCallMs, leftMs))) };
  };

  const ask = async <T>(
    operation: string,
    question: () => Promise<T | undefined>,
    ifInvalid?: T,
  ): Promise<T | undefined> => {
    const due = answerDue();
    const patientUntil = clock.now() + patienceMs;
    for (let retry = 0; ; retry += 1) {
      try {
        return await question();
      } catch (error) {
        const name = String(getProperty(error, 'name'));
        if (name === 'ValidationError' && ifInvalid !== undefined) return ifInvalid;
        const until = throttling.test(name) && Number.isFinite(due) ? due : Math.min(patientUntil, due);
        if (isRefusal(error) || clock.now() >= until) {
          log.warn(
            `CloudFormation gave no usable answer to ${operation} (${name}). Without it, a rollback may leave a version. If ` +
              `access was denied, allow the role of the provider cloudformation:${operation} on the stack.`,
            { error },
          );
          return undefined;
        }
        await wait(Math.round(random() * longestDelayMs(retry)), undefined, {
          clock,
          deadlines: { ...deadlines, request: due },
        });
      }
    }
  };

  const describe = async (StackName: string) => {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }), options());
    return stack;
  };

  const onlyIfRefused = (error: unknown) => {
    if (!isRefusal(error)) throw error;
    return undefined;
  };

  return {
    currentOperation: (StackId) =>
      ask('DescribeStacks', async () => {
        const stack = await describe(StackId);
        if (!stack?.StackStatus) return undefined;
        const { StackStatus, RootId } = stack;
        // CloudFormation shows DisableRollback for every nested stack, because the outermost stack rolls it back.
        const outermost = RootId === undefined ? stack : await describe(RootId).catch(onlyIfRefused);
        const { DisableRollback = false, DeploymentConfig } = outermost ?? {};
        const isExpress = DeploymentConfig?.Mode === 'EXPRESS';
        const isRollbackDisabled = DeploymentConfig?.DisableRollback ?? (isExpress || DisableRollback);
        return { StackStatus, isRollbackDisabled, isExpress, RootId };
      }),

    currentResource: (StackId, LogicalResourceId) =>
      ask<StackResource | 'gone'>(
        'DescribeStackResource',
        async () => {
          const command = new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId });
          const { StackResourceDetail: resource } = await client.send(command, options());
          if (!resource?.ResourceStatus || !resource.LastUpdatedTimestamp) return undefined;
          const { ResourceStatus, PhysicalResourceId, LastUpdatedTimestamp } = resource;
          return { ResourceStatus, PhysicalResourceId, lastUpdatedAt: LastUpdatedTimestamp.getTime() };
        },
        'gone',
      ),

    async events(StackId, isLast) {
      const events: StackEvent[] = [];
      let NextToken: string | undefined;
      for (let page = 0; page < mostPagesOfEvents; page += 1) {
        const command = new DescribeStackEventsCommand({ StackName: StackId, NextToken });
        const answer = await ask('DescribeStackEvents', () => client.send(command, options()));
        if (answer === undefined) return undefined;
        for (const event of (answer.StackEvents ?? []).flatMap(eventOf)) {
          events.push(event);
          if (isLast(event)) return events;
        }
        NextToken = answer.NextToken;
        if (NextToken === undefined) return events;
      }
      return undefined;
    },
  };
}

/** The event; none if it has no LogicalResourceId, status or time. */
function eventOf(event: SdkStackEvent): readonly StackEvent[] {
  const { LogicalResourceId, PhysicalResourceId, ResourceStatus, Timestamp } = event;
  if (!LogicalResourceId || !ResourceStatus || !Timestamp) return [];
  // CloudFormation sends an empty id for a resource that has none yet.
  const id = PhysicalResourceId === '' ? undefined : PhysicalResourceId;
  return [{ LogicalResourceId, PhysicalResourceId: id, ResourceStatus, happenedAt: Timestamp.getTime() }];
}

/** The adapter with one client of Lambda's Region and credentials, for each log and each request's deadlines. */
export function stacksOfLambda(clock: Clock): (log: Log, deadlines: Deadlines) => Stacks {
  const client = new CloudFormationClient({ maxAttempts: 1 });
  return (log, deadlines) => sdkStacks(client, { clock, log, deadlines, random: Math.random });
}
