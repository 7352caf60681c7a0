/**
 * The simulated CloudFormation: the operations on stacks. `operations.ts` has the course of each, `refusals.ts` the states
 * in which CloudFormation refuses it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */

import { type Clock, newCancellation } from '../clock.ts';
import type { InvokeEvent } from '../lambda/function.ts';
import type { Random } from '../random.ts';
import { type ChangePlan, KNOWN_AFTER_APPLY, planChanges, planDeletion, type ResourceChange } from './change-set.ts';
import { checkedTemplate, type KnownTypes, noKnownTypes } from './check-template.ts';
import { createCustomResourceType, isCustomResourceType } from './custom-resource.ts';
import { openDeployment } from './deployment.ts';
import { createImageType, type SageMakerImages } from './image-resource.ts';
import { type MacroServices, namesMacros, processMacros } from './macros.ts';
import {
  type Conduct,
  type CreationOptions,
  conductOf,
  type DeploymentConfig,
  standardConduct,
  type UpdateOptions,
} from './operation-options.ts';
import {
  CANCELLED_BY_USER,
  createStack,
  deleteStack,
  hasChanges,
  rollBackStack,
  rollBackUpdate,
  updateStack,
} from './operations.ts';
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
  isFailedWithoutRollback,
  throwValidationError,
} from './refusals.ts';
import type { ResponseBucket } from './response-bucket.ts';
import type { Run } from './run.ts';
import { type CloudFormationSettings, defaultSettings } from './settings.ts';
import { findStack as findStackAmong, newStackId, type Stack, type StackEvent, type StackSource } from './stack.ts';
import { createStubType } from './stub-resource.ts';

export interface CloudFormationServices {
  readonly clock: Clock;
  readonly random: Random;
  /** Wrap it to observe, delay, repeat or drop the requests to providers. */
  readonly invokeEvent: InvokeEvent;
  readonly images: SageMakerImages;
  readonly bucket: ResponseBucket;
  /** The deployed macros and what invokes them; none by default. */
  readonly macros?: Omit<MacroServices, 'random'>;
  /** The types whose schemas are checked; none by default. */
  readonly knownTypes?: KnownTypes;
  readonly snapshot?: CloudFormationSnapshot;
}

export interface CloudFormationSnapshot {
  readonly stacks: readonly Stack[];
}

export interface OperationResult {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  /** The events of this operation, oldest first. */
  readonly events: readonly StackEvent[];
}

/** What an operation would do; see `change-set.ts`. */
interface Preview extends ChangePlan {
  /** The source after its macros have run. Operate with it. */
  readonly source: StackSource;
}

type DeletionOptions = { RetainResources?: readonly string[]; DeploymentConfig?: DeploymentConfig | undefined };
type RollbackOptions = Pick<UpdateOptions, 'RetainExceptOnCreate'>;
type ContinuationOptions = { ResourcesToSkip?: readonly string[] };

/**
 * The operations resolve when the stack has reached its final state, whatever that state is, and the clean-up is over.
 * They reject before anything has changed: with a CloudFormationError if the API refuses the call, with a TemplateError
 * if the template is wrong, or with an Error about the parameters. `StackName` is a name or a StackId.
 */
export interface CloudFormation {
  createStack(StackName: string, source: StackSource, options?: CreationOptions): Promise<OperationResult>;
  updateStack(StackName: string, source: StackSource, options?: UpdateOptions): Promise<OperationResult>;
  /** Rolls back an operation that has failed with disabled rollback. */
  rollbackStack(StackName: string, options?: RollbackOptions): Promise<OperationResult>;
  /** Resolves with undefined if there is no such stack: its deletion succeeds without events. */
  deleteStack(StackName: string, options?: DeletionOptions): Promise<OperationResult | undefined>;
  /** What updateStack would do, or createStack if there is no such stack. Rejects where they would. */
  previewStack(StackName: string, source: StackSource, options?: CreationOptions): Promise<Preview>;
  /** What deleteStack would do; empty if there is no such stack. Throws where deleteStack would reject. */
  previewDeletion(StackName: string, options?: DeletionOptions): readonly ResourceChange[];
  /** Cancels the running update, which then rolls back. Resolves at once. */
  cancelUpdateStack(StackName: string): Promise<void>;
  continueUpdateRollback(StackName: string, options?: ContinuationOptions): Promise<OperationResult>;
  /** The failed resources that continueUpdateRollback would try again. Throws where it would reject. */
  previewContinuation(StackName: string, options?: ContinuationOptions): readonly string[];
  /** The stack, for reading only. A deleted stack is found only by its StackId. */
  findStack(nameOrId: string): Stack | undefined;
  /** Every stack, including deleted ones, oldest first. */
  listStacks(): readonly Stack[];
  /** Calls `listener` with every stack event. Returns a function that stops this. */
  onEvent(listener: (event: StackEvent) => void): () => void;
  /** A copy of the state that can be saved as JSON. Call it while no operation is running. */
  snapshot(): CloudFormationSnapshot;
}

export function createCloudFormation(
  chosenSettings: Partial<CloudFormationSettings>,
  { clock, random, invokeEvent, images, bucket, macros, knownTypes = noKnownTypes, snapshot }: CloudFormationServices,
): CloudFormation {
  const settings = { ...defaultSettings, ...chosenSettings };
  const stacks: Stack[] = structuredClone([...(snapshot?.stacks ?? [])]);
  const listeners = new Set<(event: StackEvent) => void>();
  const cancellations = new Map<string, AbortController>();
  const customResource = createCustomResourceType({ clock, random, invokeEvent, bucket, settings });
  const image = createImageType(clock, images, settings);

  const findResourceType = (ResourceType: string) => {
    if (isCustomResourceType(ResourceType)) return customResource;
    if (ResourceType === 'AWS::SageMaker::Image') return image;
    return createStubType(ResourceType, settings, random);
  };
  const findStack = (nameOrId: string) => findStackAmong(stacks, nameOrId);
  const existingStack = (nameOrId: string): Stack =>
    findStack(nameOrId) ?? throwValidationError(`Stack with id ${nameOrId} does not exist`);
  /** Only a source with macros is awaited, so that any other operation has begun when its call returns. */
  const runsMacros = (source: StackSource) => macros !== undefined && namesMacros(source);
  /** Checks the author's own template first, before a macro changes it. */
  const processed = async (source: StackSource, StackName: string): Promise<StackSource> => {
    const stack = findStack(StackName) ?? { StackName, StackId: KNOWN_AFTER_APPLY };
    checkedTemplate({ source, stack, account: settings }, { findResourceType, knownTypes });
    return macros === undefined ? source : processMacros(source, settings, { ...macros, random });
  };
  const open = (source: StackSource, stack: Pick<Stack, 'StackId' | 'StackName'>) =>
    openDeployment(source, stack, { account: settings, findResourceType, knownTypes });

  const newRun = (stack: Stack, conduct: Conduct = standardConduct): Run => ({
    ...conduct,
    refusedReplacements: [],
    stack,
    stacks,
    imports: new Set(),
    cancellation: newCancellation(),
    settings,
    clock,
    random,
    findResourceType,
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  const operate = async (run: Run, act: () => Promise<void>): Promise<OperationResult> => {
    const { stack, cancellation } = run;
    const first = stack.events.length;
    cancellations.set(stack.StackId, cancellation);
    await act().finally(() => cancellations.delete(stack.StackId));
    const { StackId, StackStatus, StackStatusReason } = stack;
    return {
      StackId,
      StackStatus,
      ...(StackStatusReason !== undefined && { StackStatusReason }),
      events: stack.events.slice(first),
    };
  };

  /** Throws if UpdateStack refuses. */
  const openUpdate = (stack: Stack, source: StackSource, options: UpdateOptions) => {
    const conduct = conductOf(options);
    checkUpdatable(stack, conduct);
    const deployment = open(source, stack);
    checkTypesKept(stack, deployment.resources);
    const run = newRun(stack, conduct);
    return isFailedWithoutRollback(stack) || hasChanges(run, deployment)
      ? { run, deployment }
      : throwValidationError('No updates are to be performed.');
  };

  return {
    async createStack(StackName, given, options = {}) {
      checkStackName(StackName);
      checkOptions(options);
      const conduct = conductOf(options);
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      if (findStack(StackName) !== undefined) {
        throw new CloudFormationError('AlreadyExistsException', `Stack [${StackName}] already exists`);
      }
      const { OnFailure, DeploymentConfig } = options;
      const stack: Stack = {
        ...newStack(StackName, newStackId(StackName, settings, clock.now(), random), source, clock.now()),
        DisableRollback: conduct.onFailure === 'DO_NOTHING',
        ...(OnFailure && { OnFailure }),
        ...(DeploymentConfig && { DeploymentConfig }),
      };
      const deployment = open(source, stack);
      stacks.push(stack);
      const run = newRun(stack, conduct);
      return operate(run, () => createStack(run, deployment));
    },

    async updateStack(StackName, given, options = {}) {
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      const stack = findStack(StackName) ?? throwValidationError(`Stack [${StackName}] does not exist`);
      const { run, deployment } = openUpdate(stack, source, options);
      if (settings.disableRollbackShown === 'operation') stack.DisableRollback = run.onFailure === 'DO_NOTHING';
      if (options.DeploymentConfig) stack.DeploymentConfig = options.DeploymentConfig;
      return operate(run, () => updateStack(run, deployment));
    },

    async rollbackStack(StackName, options = {}) {
      const stack = existingStack(StackName);
      checkRollbackable(stack);
      const run = newRun(stack, conductOf(options));
      return operate(run, () => rollBackStack(run));
    },

    async deleteStack(StackName, { RetainResources = [], DeploymentConfig } = {}) {
      const stack = findStack(StackName);
      if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
      checkDeletable(stack, RetainResources);
      const run = newRun(stack, conductOf({ DeploymentConfig: DeploymentConfig ?? stack.DeploymentConfig }));
      return operate(run, () => deleteStack(run, RetainResources));
    },

    async previewStack(StackName, given, options = {}) {
      checkStackName(StackName);
      checkOptions(options);
      const conduct = conductOf(options);
      const source = runsMacros(given) ? await processed(given, StackName) : given;
      const stack = findStack(StackName);
      if (stack !== undefined) {
        const { run, deployment } = openUpdate(stack, source, options);
        return { source, ...planChanges(run, deployment) };
      }
      const none = newStack(StackName, KNOWN_AFTER_APPLY, source, clock.now());
      return { source, ...planChanges(newRun(none, conduct), open(source, none)) };
    },

    previewDeletion(StackName, { RetainResources = [] } = {}) {
      const stack = findStack(StackName);
      if (stack === undefined) return [];
      checkDeletable(stack, RetainResources);
      return planDeletion(stack, RetainResources);
    },

    async cancelUpdateStack(StackName) {
      const stack = existingStack(StackName);
      checkCancellable(stack);
      cancellations.get(stack.StackId)?.abort(CANCELLED_BY_USER);
    },

    async continueUpdateRollback(StackName, { ResourcesToSkip = [] } = {}) {
      const stack = existingStack(StackName);
      checkContinuable(stack, ResourcesToSkip);
      const run = newRun(stack);
      return operate(run, () => rollBackUpdate(run, 'User Initiated', ResourcesToSkip));
    },

    previewContinuation(StackName, { ResourcesToSkip = [] } = {}) {
      const stack = existingStack(StackName);
      checkContinuable(stack, ResourcesToSkip);
      return Object.values(stack.resources)
        .filter(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')
        .map(({ LogicalResourceId }) => LogicalResourceId)
        .filter((id) => !ResourcesToSkip.includes(id));
    },

    findStack,
    listStacks: () => stacks,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => ({ stacks: structuredClone(stacks) }),
  };
}

function newStack(StackName: string, StackId: string, source: StackSource, CreationTime: number): Stack {
  const StackStatus = 'REVIEW_IN_PROGRESS';
  return { StackId, StackName, CreationTime, StackStatus, source, resources: {}, outputs: [], imports: [], events: [] };
}
