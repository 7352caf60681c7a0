/** Lives a life: carries its operations out one after the other, in virtual time, and has each judged. */
import { CloudFormationError } from '../cloudformation/cloudformation-error.ts';
import { isGone, type Stack } from '../cloudformation/stack.ts';
import type { Json } from '../json.ts';
import { settle } from '../sagemaker/settle.ts';
import type { Template } from '../template/template.ts';
import {
  type AnswerRecord,
  addedSince,
  type Chapter,
  type Moment,
  markOf,
  type RequestRecord,
  type Story,
  versionsIn,
} from './history.ts';
import { judge } from './judge/judge.ts';
import type { Violation } from './judge/law.ts';
import { type Life, type Operation, sharedImages } from './life.ts';
import type { Provider } from './provider.ts';
import { templateSource } from './template-text.ts';
import { createWorld, type World } from './world.ts';

export interface LivedLife {
  readonly life: Life;
  /** In the order in which they were found. The life ends after the first operation that has any. */
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
}

const StackName = 'life';
/** Whatever a stack's images and their versions need to come to rest. */
const preparationMs = 3_600_000;
const beforeRepeatMs = 60_000;

export async function live(life: Life, provider: Provider, providerTemplate: Template): Promise<LivedLife> {
  const world = createWorld(life, provider, providerTemplate);
  const { clock, chronicle } = world;
  const violations: Violation[] = [];
  try {
    await clock.run(async () => {
      await prepare(world, life);
      const planted = versionsIn(momentOf(world, true).images);
      const chapters: Chapter[] = [];
      for (const [index, operation] of life.operations.entries()) {
        const isLast = index === life.operations.length - 1;
        chapters.push(await carryOut(world, isLast ? { ...operation, isAwaited: true } : operation, chapters.at(-1)));
        const story: Story = { life, planted, chapters, history: chronicle.history };
        violations.push(...judge(story));
        if (violations.length > 0) break;
        await clock.sleep(operation.pauseMs);
      }
    });
  } catch (thrown) {
    const found = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    violations.push({ law: 'the life could be lived at all', found });
  }
  for (const { law, found } of violations) chronicle.say(`VIOLATION of "${law}": ${found}`);
  return { life, violations, trace: chronicle.history.trace };
}

async function prepare({ sageMaker, clock }: World, { foreign }: Life): Promise<void> {
  const call = async (operation: string, input: Json) => {
    const { status, body } = await sageMaker.call(operation, input);
    if (status !== 200) throw new Error(`The life could not be prepared: ${body}`);
    await clock.sleep(preparationMs);
  };
  for (const ImageName of sharedImages) {
    await call('CreateImage', { ImageName, RoleArn: 'arn:aws:iam::111122223333:role/StudioImages' });
  }
  for (const [index, { ImageName, Aliases }] of foreign.entries()) {
    const BaseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.0';
    await call('CreateImageVersion', { ImageName, BaseImage, Aliases, ClientToken: `planted-${index}` });
  }
}

async function carryOut(world: World, operation: Operation, last: Chapter | undefined): Promise<Chapter> {
  const { clock, lambda, disturbance, chronicle } = world;
  const { history } = chronicle;
  const before = momentOf(world, last?.after.isQuiet ?? true);
  const mark = markOf(history);
  const { call, skipped, start } = callFor(world, operation, before.stack);
  chronicle.say(`==== ${call} (faults: ${JSON.stringify(operation.faults)})`);
  disturbance.begin(operation.faults);
  const operated = start();
  const ending = new AbortController();
  if (operation.cancelAfterMs !== undefined) cancel(world, operation.cancelAfterMs, ending.signal);
  await operated.catch((error: unknown) => {
    if (!(error instanceof CloudFormationError)) throw error;
    chronicle.say(`refused: ${error.message}`);
  });
  ending.abort();
  const ended = momentOf(world, false);
  if (operation.isAwaited) await idle(world);
  const after = momentOf(world, operation.isAwaited);
  const added = addedSince(history, mark);

  let repeated: Moment | undefined;
  if (operation.isAwaited && operation.isRepeated) {
    disturbance.begin([]);
    await clock.sleep(beforeRepeatMs);
    chronicle.say('---- every request is delivered once more');
    for (const { event } of added.requests.filter((request) => !isFailedDelete(request, added))) {
      lambda.invokeEvent(world.tokens.provider, event);
    }
    await idle(world);
    repeated = momentOf(world, true);
  }
  const isOngoing = before.stack?.pendingUpdate !== undefined;
  return {
    operation,
    call,
    before,
    ended,
    after,
    repeated,
    origin: isOngoing && last ? last.origin : before,
    skipped: [...(last?.skipped ?? []), ...skipped],
    added,
  };
}

/** A Delete that has failed has all reason to do something when it comes again. */
function isFailedDelete({ RequestType, RequestId }: RequestRecord, { answers }: Chapter['added']): boolean {
  const isFailure = (answer: AnswerRecord) => answer.RequestId === RequestId && answer.Status === 'FAILED';
  return RequestType === 'Delete' && answers.some(isFailure);
}

/** What the stack's status allows: the operation itself, or what leads out of a failure. */
function callFor(
  { cloudFormation, tokens }: World,
  { kind, template }: Operation,
  stack: Stack | undefined,
): { readonly call: string; readonly skipped: readonly string[]; start(): Promise<unknown> } {
  const failed = (status: string) =>
    Object.values(stack?.resources ?? {})
      .filter((resource) => !isGone(resource) && resource.ResourceStatus === status)
      .map(({ LogicalResourceId }) => LogicalResourceId);
  const source = templateSource(template, tokens);
  switch (stack?.StackStatus) {
    case undefined:
    case 'DELETE_COMPLETE':
      if (kind === 'delete') return { call: 'nothing', skipped: [], start: async () => {} };
      return { call: 'CreateStack', skipped: [], start: () => cloudFormation.createStack(StackName, source) };
    case 'UPDATE_ROLLBACK_FAILED': {
      const ResourcesToSkip = isSecondTry(stack, 'UPDATE_ROLLBACK_FAILED') ? failed('UPDATE_FAILED') : [];
      return {
        call: `ContinueUpdateRollback, skipping [${ResourcesToSkip}]`,
        skipped: ResourcesToSkip,
        start: () => cloudFormation.continueUpdateRollback(StackName, { ResourcesToSkip }),
      };
    }
    case 'DELETE_FAILED':
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return deletion(isSecondTry(stack, 'DELETE_FAILED') ? failed('DELETE_FAILED') : []);
    default:
      if (kind === 'delete') return deletion([]);
      return { call: 'UpdateStack', skipped: [], start: () => cloudFormation.updateStack(StackName, source) };
  }

  function deletion(RetainResources: readonly string[]) {
    return {
      call: `DeleteStack, retaining [${RetainResources}]`,
      skipped: RetainResources,
      start: () => cloudFormation.deleteStack(StackName, { RetainResources }),
    };
  }
}

/** Whether the last two operations have ended like this. */
function isSecondTry({ events, StackName: name }: Stack, status: string): boolean {
  const isOfStack = (event: Stack['events'][number]) => event.LogicalResourceId === name;
  const ends = events.filter((event) => isOfStack(event) && /_(COMPLETE|FAILED)$/.test(event.ResourceStatus));
  return ends.slice(-2).length === 2 && ends.slice(-2).every(({ ResourceStatus }) => ResourceStatus === status);
}

/** Cancels the update if it still runs then; `ended` aborts when it does not. */
function cancel({ clock, cloudFormation, chronicle }: World, afterMs: number, ended: AbortSignal): void {
  void clock
    .sleep(afterMs, ended)
    .then(() => cloudFormation.cancelUpdateStack(StackName))
    .then(
      () => chronicle.say('CancelUpdateStack'),
      // It is over, or was no update.
      () => {},
    );
}

async function idle({ lambda, disturbance }: World): Promise<void> {
  await lambda.idle();
  await disturbance.idle();
  await lambda.idle();
}

function momentOf({ clock, cloudFormation, sageMaker }: World, isQuiet: boolean): Moment {
  const state = sageMaker.snapshot();
  settle(state, clock.now());
  const stack = cloudFormation.findStack(StackName);
  return { at: clock.now(), stack: structuredClone(stack), images: state.images, isQuiet };
}
