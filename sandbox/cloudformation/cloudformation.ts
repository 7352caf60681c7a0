/**
 * The operations on stacks. `operations.ts` has the course of each, `refusals.ts` the states that do not allow it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { newCancellation, type TimeAndChance } from '../clock.ts';
import { hasChanges, planChanges, planDeletion } from './change-set.ts';
import { type ChangeSet, type ChangeSetReference, createChangeSets, type WantedChangeSet } from './change-sets.ts';
import { checkedTemplate, type FutureStack, type KnownTypes, noKnownTypes } from './check-template.ts';
import { createCustomResourceType, isCustomResourceType, type SendRequest } from './custom-resource.ts';
import type { DeploymentRun } from './deployed-values.ts';
import { openDeployment } from './deployment.ts';
import { imageResource, imageVersionResource } from './image-resources.ts';
import { type MacroServices, namesMacros, processMacros } from './macros.ts';
import { createNativeType, type SageMakerApi } from './native-resource.ts';
import { type CreationOptions, conductOf, type DeploymentConfig, type UpdateOptions } from './operation-options.ts';
import { CANCELLED_BY_USER, createStack, deleteStack, rollBackStack, updateStack } from './operations.ts';
import {
  CloudFormationError,
  checkCancellable,
  checkContinuable,
  checkDeletable,
  checkOptions,
  checkRollbackable,
  checkStackName,
  checkTypesKept,
  checkUpdatable,
  failureOf,
  isFailedWithoutRollback,
  throwValidationError,
} from './refusals.ts';
import type { ResponseBucket } from './response-bucket.ts';
import { type Run, setStackStatus } from './run.ts';
import { type CloudFormationSettings, defaultSettings } from './settings.ts';
import {
  findStack as findStackAmong,
  isCleanUpLeft,
  isInReview,
  newStack,
  newStackId,
  type Stack,
  type StackEvent,
  type StackSource,
} from './stack.ts';
import { createStubType } from './stub-resource.ts';

export interface CloudFormationServices extends TimeAndChance {
  /** Wrap it to observe, delay, repeat or drop the requests to providers. */
  readonly invokeEvent: SendRequest;
  readonly sageMaker: SageMakerApi;
  readonly bucket: ResponseBucket;
  /** The deployed macros and what invokes them; none by default. */
  readonly macros?: Omit<MacroServices, 'random'>;
  /** The types whose schemas are checked; none by default. */
  readonly knownTypes?: KnownTypes | undefined;
  readonly snapshot?: CloudFormationSnapshot;
}

export interface CloudFormationSnapshot {
  readonly stacks: readonly Stack[];
  readonly changeSets?: readonly ChangeSet[];
}

export interface OperationResult extends Readonly<Pick<Stack, 'StackId' | 'StackStatus' | 'StackStatusReason'>> {
  /** The events of this operation, oldest first. */
  readonly events: readonly StackEvent[];
}

type ExecutionOptions = Pick<UpdateOptions, 'DisableRollback' | 'RetainExceptOnCreate'>;
type DeletionOptions = { RetainResources?: readonly string[]; DeploymentConfig?: DeploymentConfig | undefined };
type ContinuationOptions = { ResourcesToSkip?: readonly string[] };

export type CloudFormation = ReturnType<typeof createCloudFormation>;

export function createCloudFormation(chosen: Partial<CloudFormationSettings>, services: CloudFormationServices) {
  const { clock, random, invokeEvent, sageMaker, bucket, macros, knownTypes = noKnownTypes, snapshot } = services;
  const settings = { ...defaultSettings, ...chosen };
  const surroundings = { clock, random, settings };
  const stacks: Stack[] = structuredClone([...(snapshot?.stacks ?? [])]);
  /** The stack, for reading only. A deleted stack is found only by its StackId. */
  const findStack = (nameOrId: string) => findStackAmong(stacks, nameOrId);
  const changeListeners = new Set<() => void>();
  const onChange = () => {
    for (const listener of changeListeners) listener();
  };
  const changeSets = createChangeSets(snapshot?.changeSets ?? [], { ...surroundings, findStack, onChange });
  const listeners = new Set<(event: StackEvent) => void>();
  const cancellations = new Map<string, AbortController>();
  const customResource = createCustomResourceType({ ...surroundings, invokeEvent, bucket });
  const natives = new Map(
    [imageResource, imageVersionResource(random)].map((native) => {
      return [native.schema.typeName, createNativeType(native, { ...surroundings, sageMaker })] as const;
    }),
  );
  const findResourceType = (ResourceType: string) => {
    if (isCustomResourceType(ResourceType)) return customResource;
    return natives.get(ResourceType) ?? createStubType(ResourceType, settings, random);
  };
  const knowledge = { findResourceType, knownTypes };

  const existingStack = (nameOrId: string): Stack =>
    findStack(nameOrId) ?? throwValidationError(`Stack with id ${nameOrId} does not exist`);
  const makeStack = (StackName: string, source: StackSource, idRandom = random): Stack =>
    newStack(StackName, newStackId(StackName, settings, clock.now(), idRandom), source, clock.now());
  /** A stack for plans alone. Its StackId has the form of a real one, because templates select parts of it. */
  const plannedStack = (StackName: string, source: StackSource) => makeStack(StackName, source, () => 0);
  /** A stack keeps the stubs and stored values that its author has given once. */
  const stubsOf = ({ stubs = [] }: Stack) => [...new Set([...stubs, ...settings.stubs])];
  const futureOf = (stack: Stack, given: StackSource): FutureStack => {
    const storedValues = { ...stack.source.storedValues, ...given.storedValues, ...settings.storedValues };
    const source = Object.keys(storedValues).length === 0 ? given : { ...given, storedValues };
    return { source, stack: { ...stack, stubs: stubsOf(stack) }, account: settings };
  };
  /** Only a source with macros is awaited, so that any other operation has begun when its call returns. */
  const runsMacros = (source: StackSource) => macros !== undefined && namesMacros(source);
  /** Checks the author's own template first, before a macro changes it. */
  const processed = async (given: StackSource, StackName: string): Promise<StackSource> => {
    const future = futureOf(findStack(StackName) ?? plannedStack(StackName, given), given);
    checkedTemplate(future, knowledge);
    if (macros === undefined) return future.source;
    const result = await processMacros(future.source, settings, { ...macros, random });
    return { ...result, original: future.source.templateText };
  };

  const newRun = (stack: Stack, options: CreationOptions = {}): Run => ({
    ...{ ...conductOf(options), ...surroundings, findResourceType, stack, stacks },
    refusedReplacements: [],
    cancellation: newCancellation(),
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  const operate = <R extends Run>(run: R, act: (run: R) => Promise<void>, executed?: ChangeSet) => {
    const { stack, cancellation } = run;
    const { StackId, events } = stack;
    const first = events.length;
    cancellations.set(StackId, cancellation);
    changeSets.operationBegins(StackId, executed);
    const result = (): OperationResult => {
      cancellations.delete(StackId);
      const { StackStatus, StackStatusReason } = stack;
      changeSets.operationEnds(StackStatus, executed);
      return { StackId, StackStatus, ...(StackStatusReason && { StackStatusReason }), events: events.slice(first) };
    };
    /** `done` resolves when the stack has reached its final state, whatever that state is, and the clean-up is over. */
    return { StackId, done: act(run).then(result) };
  };

  /** Throws if the template cannot be deployed. */
  const openRun = (stack: Stack, source: StackSource, options: CreationOptions): DeploymentRun => ({
    ...newRun(stack, options),
    deployment: openDeployment(futureOf(stack, source), knowledge),
  });
  /** Throws if UpdateStack refuses. */
  const openUpdate = (stack: Stack, source: StackSource, options: UpdateOptions): DeploymentRun => {
    checkUpdatable(stack, conductOf(options));
    const run = openRun(stack, source, options);
    checkTypesKept(stack, run.deployment.resources);
    const isUnfinished = isFailedWithoutRollback(stack) || isCleanUpLeft(stack);
    if (!isUnfinished && !hasChanges(run)) throwValidationError('No updates are to be performed.');
    return run;
  };
  const beginDeployment = (run: DeploymentRun, options: CreationOptions, executed?: ChangeSet) => {
    const { stack, deployment } = run;
    const { OnFailure, DeploymentConfig, attributes } = options;
    const isCreation = isInReview(stack);
    const showsRollback = isCreation || settings.disableRollbackShown === 'operation';
    if (showsRollback) stack.DisableRollback = run.onFailure === 'DO_NOTHING';
    stack.stubs = stubsOf(stack);
    if (DeploymentConfig) stack.DeploymentConfig = DeploymentConfig;
    if (attributes) stack.attributes = { ...stack.attributes, ...attributes };
    if (!isCreation) return operate(run, updateStack, executed);
    stack.source = deployment.source;
    if (OnFailure) stack.OnFailure = OnFailure;
    if (executed) stack.LastUpdatedTime = clock.now();
    if (!stacks.includes(stack)) stacks.push(stack);
    return operate(run, createStack, executed);
  };

  /**
   * The operations that change a stack, by its name or StackId. They reject before anything changes: for a refused call
   * with CloudFormationError, for a wrong template with TemplateError, and for wrong parameters with Error.
   */
  const begin = {
    async createStack(StackName: string, given: StackSource, options: CreationOptions = {}) {
      checkStackName(StackName);
      checkOptions(options);
      const inReview = () => {
        const existing = findStack(StackName);
        if (existing === undefined || isInReview(existing)) return existing;
        throw new CloudFormationError('AlreadyExistsException', `Stack [${StackName}] already exists`);
      };
      inReview();
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      // Another call may have created the stack while the macros ran.
      return beginDeployment(openRun(inReview() ?? makeStack(StackName, source), source, options), options);
    },

    async updateStack(StackName: string, given: StackSource, options: UpdateOptions = {}) {
      const stack = findStack(StackName) ?? throwValidationError(`Stack [${StackName}] does not exist`);
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      return beginDeployment(openUpdate(stack, source, options), options);
    },

    /** Rolls back an operation that has failed with disabled rollback. */
    async rollbackStack(StackName: string, options: Pick<UpdateOptions, 'RetainExceptOnCreate'> = {}) {
      const stack = existingStack(StackName);
      checkRollbackable(stack);
      return operate(newRun(stack, options), rollBackStack);
    },

    /** Resolves with undefined if there is no such stack: its deletion succeeds without events. */
    async deleteStack(StackName: string, { RetainResources = [], DeploymentConfig }: DeletionOptions = {}) {
      const stack = findStack(StackName);
      if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
      checkDeletable(stack, RetainResources);
      const run = newRun(stack, { DeploymentConfig: DeploymentConfig ?? stack.DeploymentConfig });
      return operate(run, () => deleteStack(run, RetainResources));
    },

    async continueUpdateRollback(StackName: string, { ResourcesToSkip = [] }: ContinuationOptions = {}) {
      const stack = existingStack(StackName);
      checkContinuable(stack, ResourcesToSkip);
      return operate(newRun(stack), (run) => rollBackStack(run, ResourcesToSkip));
    },

    async executeChangeSet(name: ChangeSetReference, options: ExecutionOptions = {}) {
      const changeSet = changeSets.find(name);
      changeSets.checkExecutable(changeSet);
      const stack = existingStack(changeSet.StackId);
      const { DisableRollback = changeSet.options.DisableRollback, RetainExceptOnCreate } = options;
      const given = { ...changeSet.options, DisableRollback, RetainExceptOnCreate };
      const open = changeSet.ChangeSetType === 'UPDATE' ? openUpdate : openRun;
      return beginDeployment(open(stack, changeSet.source, given), given, changeSet);
    },
  };

  const toEnd =
    <Call extends readonly unknown[]>(act: (...call: Call) => Promise<ReturnType<typeof operate>>) =>
    async (...call: Call) =>
      (await act(...call)).done;
  return {
    /** They resolve when the stack has reached its final state; those of `begin`, as soon as they have begun. */
    createStack: toEnd(begin.createStack),
    updateStack: toEnd(begin.updateStack),
    rollbackStack: toEnd(begin.rollbackStack),
    deleteStack: async (...call: Parameters<typeof begin.deleteStack>) => (await begin.deleteStack(...call))?.done,
    continueUpdateRollback: toEnd(begin.continueUpdateRollback),
    executeChangeSet: toEnd(begin.executeChangeSet),
    begin,

    /** What createStack or updateStack would do; rejects where they would. Deploy the `source`: its macros have run. */
    async previewStack(StackName: string, given: StackSource, options: CreationOptions = {}) {
      checkStackName(StackName);
      checkOptions(options);
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      const stack = findStack(StackName) ?? plannedStack(StackName, source);
      const open = isInReview(stack) ? openRun : openUpdate;
      return { source, ...planChanges(open(stack, source, options)) };
    },

    /** What deleteStack would do; empty if there is no such stack. Throws where deleteStack would reject. */
    previewDeletion(StackName: string, { RetainResources = [] }: DeletionOptions = {}) {
      const stack = findStack(StackName);
      if (stack === undefined) return [];
      checkDeletable(stack, RetainResources);
      return planDeletion(stack, RetainResources);
    },

    /** Cancels the running update, which then rolls back. Resolves at once. */
    async cancelUpdateStack(StackName: string) {
      const stack = existingStack(StackName);
      checkCancellable(stack);
      cancellations.get(stack.StackId)?.abort(CANCELLED_BY_USER);
    },

    /** Plans the change set. If its stack does not exist, makes one that is REVIEW_IN_PROGRESS. */
    async createChangeSet(StackName: string, wanted: WantedChangeSet) {
      const { ChangeSetName, source, options } = wanted;
      checkOptions(options);
      const isCreation = wanted.ChangeSetType === 'CREATE';
      const existing = findStack(StackName);
      if (isCreation && existing !== undefined && !isInReview(existing)) {
        const reason = `already exists and cannot be created again with the changeSet [${ChangeSetName}].`;
        throwValidationError(`Stack [${StackName}] ${reason}`);
      }
      if (isCreation) checkStackName(existing?.StackName ?? StackName);
      else if (existing === undefined) throwValidationError(`Stack [${StackName}] does not exist`);
      const stack = existing ?? makeStack(StackName, source);
      changeSets.checkNew(stack, ChangeSetName);
      const plan = async () => {
        const final = runsMacros(source) ? await processed(source, StackName) : source;
        const run = (isCreation ? openRun : openUpdate)(stack, final, options);
        return { source: final, changes: planChanges(run).changes };
      };
      const planned = await plan().catch((error: unknown) => ({ source, changes: [], StatusReason: failureOf(error) }));
      if (existing === undefined) {
        stacks.push(stack);
        setStackStatus(newRun(stack), 'REVIEW_IN_PROGRESS', 'User Initiated');
      }
      return changeSets.add({ ...wanted, ...planned }, stack);
    },
    findChangeSet: changeSets.find,
    listChangeSets: changeSets.list,
    deleteChangeSet: changeSets.remove,

    setTerminationProtection(StackName: string, EnableTerminationProtection: boolean) {
      const stack = existingStack(StackName);
      stack.attributes = { ...stack.attributes, EnableTerminationProtection };
      onChange();
      return stack;
    },

    /** The failed resources that continueUpdateRollback would try again. Throws where it would reject. */
    previewContinuation(StackName: string, { ResourcesToSkip = [] }: ContinuationOptions = {}) {
      const stack = existingStack(StackName);
      checkContinuable(stack, ResourcesToSkip);
      const failed = Object.values(stack.resources).filter((each) => each.ResourceStatus === 'UPDATE_FAILED');
      return failed.map((each) => each.LogicalResourceId).filter((id) => !ResourcesToSkip.includes(id));
    },

    findStack,
    /** Every stack, including deleted ones, oldest first. */
    listStacks: (): readonly Stack[] => stacks,
    /** Calls `listener` after each change that has no event: of a change set, or of the termination protection. */
    onChange: (listener: () => void) => void changeListeners.add(listener),
    /** Calls `listener` with every stack event. Returns a function that stops this. */
    onEvent(listener: (event: StackEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** A copy of the state that can be saved as JSON. What an operation has done so far is in it. */
    snapshot: (): CloudFormationSnapshot => structuredClone({ stacks, changeSets: changeSets.all() }),
  };
}
