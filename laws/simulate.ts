/** Simulates a scenario: carries out its operations one after the other, in virtual time, and checks the invariants after each. */
import { type CreationOptions, conductOf } from '../sandbox/cloudformation/operation-options.ts';
import { CloudFormationError } from '../sandbox/cloudformation/refusals.ts';
import { liveResources, type Stack } from '../sandbox/cloudformation/stack.ts';
import type { Json } from '../sandbox/json.ts';
import type { ProviderTemplate } from '../sandbox/sandbox.ts';
import { createHarness, type Harness } from './harness.ts';
import { checkInvariants } from './invariants/check-invariants.ts';
import {
  about,
  foreignIn,
  preexistingToken,
  type RequestRecord,
  recordsSince,
  type Snapshot,
  type Step,
  withStatus,
} from './run.ts';
import { baseImage, foreignTag, type OperationPlan, type Scenario, sharedImages, templateSource } from './scenario.ts';
import type { Sdk } from './sdk.ts';

export type SimulationResult = Awaited<ReturnType<typeof simulate>>;

const StackName = 'scenario';
/** Long enough for images and their versions to reach their final statuses. */
const preparationMs = 3_600_000;
const beforeRepeatMs = 60_000;
/** Lambda delivers no event that is older. */
const lambdaKeepsMs = 6 * 3_600_000;

/** Resolves with the trace, and with the violations as they were found. Ends after the first operation that has any. */
export async function simulate(scenario: Scenario, sdk: Sdk, providerTemplate: ProviderTemplate) {
  const harness = createHarness(scenario, sdk, providerTemplate);
  const { clock, trace } = harness;
  const violations: ReturnType<typeof checkInvariants> = [];
  try {
    await clock.run(async () => {
      await prepare(harness, scenario);
      trace.foreign = foreignIn(snapshotOf(harness, true).images);
      const steps: Step[] = [];
      for (const [index, operation] of scenario.operations.entries()) {
        const isLast = index === scenario.operations.length - 1;
        steps.push(await carryOut(harness, isLast ? { ...operation, isAwaited: true } : operation, steps));
        violations.push(...checkInvariants({ scenario, foreign: trace.foreign, steps, history: trace.history }));
        if (violations.length > 0) break;
        for (const fault of operation.byHand ?? []) await harness.act(fault);
        await clock.sleep(operation.pauseMs);
      }
    });
  } catch (thrown) {
    const found = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    violations.push({ invariant: 'the scenario could be simulated at all', found });
  }
  for (const { invariant, found } of violations) trace.add(`VIOLATION of "${invariant}": ${found}`);
  return { violations, trace: trace.history.lines };
}

async function prepare({ sageMaker, clock }: Harness, { foreign }: Scenario): Promise<void> {
  const call = async (operation: string, input: Json) => {
    const { status, body } = await sageMaker.call(operation, input);
    if (status !== 200) throw new Error(`The scenario could not be prepared: ${body}`);
    await clock.sleep(preparationMs);
  };
  for (const ImageName of sharedImages) {
    await call('CreateImage', { ImageName, RoleArn: 'arn:aws:iam::111122223333:role/StudioImages' });
  }
  for (const [index, version] of foreign.entries()) {
    const ClientToken = `${preexistingToken}${index}`;
    await call('CreateImageVersion', { ...version, BaseImage: baseImage(foreignTag), ClientToken });
  }
}

async function carryOut(harness: Harness, operation: OperationPlan, earlier: readonly Step[]): Promise<Step> {
  const { clock, lambda, faultInjector, trace } = harness;
  const last = earlier.at(-1);
  const before = snapshotOf(harness, last?.after.isQuiet ?? true);
  const records = recordsSince(trace.history);
  const { call, skipped: skippedNow = [], options = {}, start } = callFor(harness, operation, before.stack);
  const isWithoutRollback = conductOf(options).onFailure === 'DO_NOTHING';
  const how = isWithoutRollback ? ' without rollback' : '';
  trace.add(`==== ${call}${how} (faults: ${JSON.stringify(operation.faults)})`);
  faultInjector.begin(operation.faults);
  const operated = start();
  const ending = new AbortController();
  if (operation.cancelAfterMs !== undefined) void cancel(harness, operation.cancelAfterMs, ending.signal);
  await operated.catch((error: unknown) => {
    if (!(error instanceof CloudFormationError)) throw error;
    trace.add(`refused: ${error.message}`);
  });
  ending.abort();
  const ended = snapshotOf(harness, false);
  if (operation.isAwaited) await faultInjector.idle(lambda);
  const after = snapshotOf(harness, operation.isAwaited);
  const added = records();

  let repeated: Snapshot | undefined;
  const repeats = [
    ...(operation.repeatsEarlier ? earlier.flatMap((step) => repeatable(step.added)) : []),
    ...(operation.isRepeated ? repeatable(added) : []),
  ];
  if (operation.isAwaited && repeats.length > 0) {
    faultInjector.begin([]);
    await clock.sleep(beforeRepeatMs);
    trace.add('---- requests are delivered once more');
    const isKept = ({ at }: RequestRecord) => clock.now() - at < lambdaKeepsMs;
    for (const { event } of repeats.filter(isKept)) lambda.invokeEvent(harness.tokens.provider, event);
    await faultInjector.idle(lambda);
    repeated = snapshotOf(harness, true);
  }
  const isOngoing = before.stack?.pendingUpdate !== undefined;
  const origin = isOngoing && last ? last.origin : before;
  const skipped = [...(last?.skipped ?? []), ...skippedNow];
  return { operation, call, isWithoutRollback, before, ended, after, repeated, origin, skipped, added };
}

/** The requests that must change nothing when they are delivered again: a Delete that failed may well change something. */
function repeatable({ requests, answers }: Step['added']): readonly RequestRecord[] {
  const hasFailed = (request: RequestRecord) =>
    answers.some(({ RequestId, Status }) => RequestId === request.RequestId && Status === 'FAILED');
  return requests.filter((request) => request.RequestType !== 'Delete' || !hasFailed(request));
}

interface StackCall {
  readonly call: string;
  readonly skipped?: readonly string[];
  readonly options?: CreationOptions;
  start(): Promise<unknown>;
}

function optionsOf({ onFailure, isExpress, retainsExceptOnCreate }: OperationPlan): CreationOptions {
  const DisableRollback = onFailure === 'DisableRollback';
  const isOfCreation = onFailure === 'DELETE' || onFailure === 'DO_NOTHING';
  return {
    ...(retainsExceptOnCreate && { RetainExceptOnCreate: true }),
    ...(isOfCreation && { OnFailure: onFailure }),
    ...(isExpress && { DeploymentConfig: { Mode: 'EXPRESS' as const, DisableRollback } }),
    ...(DisableRollback && !isExpress && { DisableRollback }),
  };
}

/** The call that the stack's status allows: the operation itself, or one that ends a failure. */
function callFor({ cloudFormation, tokens, scenario }: Harness, operation: OperationPlan, stack?: Stack): StackCall {
  const { kind, template, rollsBack } = operation;
  const source = templateSource(template, tokens);
  if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') {
    if (kind === 'delete') return { call: 'nothing', start: async () => {} };
    const options = optionsOf(operation);
    return { call: 'CreateStack', options, start: () => cloudFormation.createStack(StackName, source, options) };
  }
  const { StackStatus, OnFailure } = stack;
  const isExpress = stack.DeploymentConfig?.Mode === 'EXPRESS';
  switch (StackStatus) {
    case 'UPDATE_ROLLBACK_FAILED': {
      // Where ARNs have names in lower case, the Delete does not show how the name of the image is spelled.
      if (kind === 'delete' && scenario.switches.caseOfArns !== 'lowered') return deletion([]);
      const ResourcesToSkip = failedTwice(stack, 'UPDATE_FAILED');
      return {
        call: `ContinueUpdateRollback, skipping [${ResourcesToSkip}]`,
        skipped: ResourcesToSkip,
        start: () => cloudFormation.continueUpdateRollback(StackName, { ResourcesToSkip }),
      };
    }
    case 'DELETE_FAILED':
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return deletion(failedTwice(stack, 'DELETE_FAILED'));
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
      if (rollsBack && !isExpress) {
        return { call: 'RollbackStack', start: () => cloudFormation.rollbackStack(StackName) };
      }
      if (kind === 'delete' || (StackStatus === 'CREATE_FAILED' && OnFailure === 'DO_NOTHING')) return deletion([]);
      return update('DisableRollback');
    default:
      return kind === 'delete' ? deletion([]) : update(operation.onFailure);
  }

  function update(onFailure: OperationPlan['onFailure']) {
    const planned = { ...operation, onFailure, isExpress: isExpress || operation.isExpress };
    const { OnFailure: _, ...options } = optionsOf(planned);
    return { call: 'UpdateStack', options, start: () => cloudFormation.updateStack(StackName, source, options) };
  }

  function deletion(RetainResources: readonly string[]) {
    return {
      call: `DeleteStack, retaining [${RetainResources}]`,
      skipped: RetainResources,
      start: () => cloudFormation.deleteStack(StackName, { RetainResources }),
    };
  }
}

/** The resources with this status, if the stack's last two operations ended with the status that it has. */
function failedTwice(stack: Stack, status: string): readonly string[] {
  const [last, former] = stack.events
    .filter(about(stack.StackName))
    .filter(({ ResourceStatus }) => /_(COMPLETE|FAILED)$/.test(ResourceStatus))
    .toReversed();
  if (last?.ResourceStatus !== former?.ResourceStatus) return [];
  return withStatus(liveResources(stack), status).map(({ LogicalResourceId }) => LogicalResourceId);
}

/** Cancels the update after `afterMs`, unless `ended` aborts first. */
async function cancel({ clock, cloudFormation, trace }: Harness, afterMs: number, ended: AbortSignal): Promise<void> {
  try {
    await clock.sleep(afterMs, ended);
    await cloudFormation.cancelUpdateStack(StackName);
    trace.add('CancelUpdateStack');
  } catch {
    // The operation is over, or was no update.
  }
}

function snapshotOf({ clock, cloudFormation, sageMaker }: Harness, isQuiet: boolean): Snapshot {
  const { images } = structuredClone(sageMaker.state());
  const stack = cloudFormation.findStack(StackName);
  // Later operations change the stack, but not its events or sources, so these need no copies.
  const copy = stack && { ...stack, events: [...stack.events], resources: structuredClone(stack.resources) };
  return { at: clock.now(), stack: copy, images, isQuiet };
}
