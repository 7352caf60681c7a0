/**
 * Questions about CloudFormation that one small stack answers: it is created, updated with a failure, updated without
 * rollback, and deleted. A probe with the name of a switch of the sandbox (`sandbox/cloudformation/settings.ts`) answers with one
 * of its sides. `sandbox/FIDELITY.md` lists all probes.
 */
import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type Stack,
  type StackEvent,
  type StackResourceDetail,
} from '@aws-sdk/client-cloudformation';
import type { Clock } from '../src/clock.ts';
import type { Fact, Investigation } from './investigate.ts';
import { type ProbedStack, stackTemplate } from './stack-template.ts';

const stackQuestions = {
  serviceTimeoutIn: 'Where does a request have ServiceTimeout?',
  inProgressAfterIssue: 'How far is LastUpdatedTimestamp of a resource in progress from the date of its ResponseURL?',
  lastUpdatedTimeInRollback: "Does LastUpdatedTime of the stack change when an update's rollback begins?",
  pauseBeforeRollback: 'How long is the pause between the start of a rollback and its first request?',
  disableRollbackShown: 'Which DisableRollback does DescribeStacks show: that of the update, or of the creation?',
  replacementWithoutRollback: 'What happens to a replacement by a custom resource if rollback is disabled?',
} as const;

type StackQuestion = keyof typeof stackQuestions;
export const stackQuestionCount = Object.keys(stackQuestions).length;

/** An account in which one stack can be changed. Each of its operations resolves when it has begun. */
export interface StackAccount {
  /** For what only reads. */
  readonly client: CloudFormationClient;
  readonly StackName: string;
  createStack(TemplateBody: string): Promise<void>;
  updateStack(TemplateBody: string, options: { readonly DisableRollback: boolean }): Promise<void>;
  deleteStack(): Promise<void>;
}

interface StackOptions {
  readonly pollMs: number;
  /** How long the function waits before it answers: long enough to see its resource in progress. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onFact?: (fact: Fact) => void;
}

const longestWaitMs = 15 * 60_000;

/** Never rejects. What it could not ask, for whatever reason, has a Problem; the stack is deleted in any case. */
export async function investigateStack(account: StackAccount, options: StackOptions): Promise<Investigation> {
  const { onFact = () => {} } = options;
  const facts: Fact[] = [];
  const answer = (Probe: StackQuestion, Answer: string) => {
    const fact = { Probe, Question: stackQuestions[Probe], Answer };
    facts.push(fact);
    onFact(fact);
  };
  let problem = 'Error: the stack did not get that far';
  const left = await ask(account, options, answer).catch(async (error: unknown) => {
    problem = String(error);
    return removed(account, options).catch(() => [account.StackName]);
  });
  for (const [Probe, Question] of Object.entries(stackQuestions)) {
    if (facts.some((fact) => fact.Probe === Probe)) continue;
    const fact = { Probe, Question, Problem: problem };
    facts.push(fact);
    onFact(fact);
  }
  return { facts, left };
}

type Answer = (probe: StackQuestion, answer: string) => void;

/** Resolves with the names of stacks that are left. */
async function ask(account: StackAccount, options: StackOptions, answer: Answer): Promise<readonly string[]> {
  const template = (probed: Omit<ProbedStack, 'waitMs'>) => stackTemplate({ ...probed, waitMs: options.waitMs });

  await account.createStack(template({ Id: 'a', Value: 1 }));
  const inProgressAt = await firstInProgress(account, options);
  const created = await ended(account, options);
  if (created.StackStatus !== 'CREATE_COMPLETE') throw new Error(`the stack is ${created.StackStatus}`);
  answer('serviceTimeoutIn', output(created, 'ServiceTimeoutIn'));
  answer('inProgressAfterIssue', difference(inProgressAt, issuedAt(output(created, 'IssuedAt'))));

  await account.updateStack(template({ Id: 'a', Value: 2, isBroken: true }), { DisableRollback: false });
  const rolledBack = await ended(account, options);
  if (rolledBack.StackStatus !== 'UPDATE_ROLLBACK_COMPLETE') throw new Error(`the stack is ${rolledBack.StackStatus}`);
  aboutRollback(rolledBack, await eventsOf(account, rolledBack), answer);

  await account.updateStack(template({ Id: 'b', Value: 3 }), { DisableRollback: true });
  const { DisableRollback } = await described(account);
  answer('disableRollbackShown', DisableRollback ? 'operation' : 'creation');
  const updated = await ended(account, options);
  const { PhysicalResourceId } = await probeResource(account);
  const left = await removed(account, options);
  answer('replacementWithoutRollback', fateOf(PhysicalResourceId, await eventsOf(account, updated)));
  return left;
}

function aboutRollback({ StackId, LastUpdatedTime }: Stack, events: readonly StackEvent[], answer: Answer): void {
  const ofStack = ({ PhysicalResourceId }: StackEvent) => PhysicalResourceId === StackId;
  const newest = (status: string) => events.findIndex((event) => ofStack(event) && event.ResourceStatus === status);
  const timeAt = (at: number) => events[at]?.Timestamp?.getTime() ?? Number.NaN;
  const rollback = newest('UPDATE_ROLLBACK_IN_PROGRESS');
  const rollbackAt = timeAt(rollback);
  const shown = LastUpdatedTime?.getTime() ?? Number.NaN;
  const isKept = Math.abs(shown - timeAt(newest('UPDATE_IN_PROGRESS'))) < Math.abs(shown - rollbackAt);
  answer('lastUpdatedTimeInRollback', isKept ? 'kept' : 'moved');
  const first = events
    .slice(0, rollback)
    .findLastIndex((event) => !ofStack(event) && event.ResourceStatus?.endsWith('_IN_PROGRESS'));
  answer('pauseBeforeRollback', `${(timeAt(first) - rollbackAt) / 1000} s`);
}

/** What became of the physical resource `b`. */
function fateOf(PhysicalResourceId: string | undefined, events: readonly StackEvent[]): string {
  if (PhysicalResourceId === 'b') return 'taken';
  const isDeleted = events.some(
    (event) => event.PhysicalResourceId === 'b' && /^DELETE_/.test(event.ResourceStatus ?? ''),
  );
  return isDeleted ? 'deleted' : 'forgotten';
}

/** X-Amz-Date has whole seconds, so less than a second later may be the same instant. */
function difference(shown: number, issued: number): string {
  const ms = shown - issued;
  return ms >= 0 && ms < 1000 ? 'less than a second' : `${ms / 1000} s`;
}

/** `20261121T035810Z` in milliseconds since the epoch. */
function issuedAt(XAmzDate: string): number {
  return Date.parse(XAmzDate.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, '$1-$2-$3:$4:'));
}

function output({ Outputs = [] }: Stack, key: string): string {
  return Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? 'unknown';
}

async function described({ client, StackName }: StackAccount, id = StackName): Promise<Stack> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: id }));
  if (stack === undefined) throw new Error(`there is no stack ${id}`);
  return stack;
}

async function probeResource({ client, StackName }: StackAccount): Promise<Partial<StackResourceDetail>> {
  const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Probe' });
  return (await client.send(command)).StackResourceDetail ?? {};
}

/** Newest first. */
async function eventsOf({ client }: StackAccount, { StackId }: Stack): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: StackId })) {
    events.push(...StackEvents);
  }
  return events;
}

/** When the resource was last updated, as soon as CloudFormation has sent its request. */
async function firstInProgress(account: StackAccount, options: StackOptions): Promise<number> {
  for (;;) {
    const { ResourceStatus, LastUpdatedTimestamp } = await probeResource(account).catch(notYet);
    if (ResourceStatus === 'CREATE_IN_PROGRESS' && LastUpdatedTimestamp) return LastUpdatedTimestamp.getTime();
    const { StackStatus } = await described(account);
    if (StackStatus !== 'CREATE_IN_PROGRESS') throw new Error(`the stack was ${StackStatus} too early`);
    await options.clock.sleep(options.pollMs, options.signal);
  }
}

/** CloudFormation has not begun with the resource. */
function notYet(): Partial<StackResourceDetail> {
  return {};
}

/** The stack when its operation has ended. */
async function ended(account: StackAccount, { clock, pollMs, signal }: StackOptions, id?: string): Promise<Stack> {
  const deadline = clock.now() + longestWaitMs;
  for (;;) {
    const stack = await described(account, id);
    if (!stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
    if (clock.now() > deadline) throw new Error(`still ${stack.StackStatus} after ${longestWaitMs / 60_000} minutes`);
    await clock.sleep(pollMs, signal);
  }
}

/** Deletes the stack, also after an interruption. Resolves with its name if it is still there. */
async function removed(account: StackAccount, options: StackOptions): Promise<readonly string[]> {
  const uninterrupted = { ...options, signal: new AbortController().signal };
  const found = await described(account).catch(() => undefined);
  if (found === undefined) return [];
  await ended(account, uninterrupted, found.StackId);
  await account.deleteStack();
  const { StackStatus } = await ended(account, uninterrupted, found.StackId);
  return StackStatus === 'DELETE_COMPLETE' ? [] : [account.StackName];
}
