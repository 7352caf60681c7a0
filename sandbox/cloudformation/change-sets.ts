/**
 * The change sets of every stack: planned changes that wait for their execution.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
 */
import { randomUuid } from '../random.ts';
import type { ResourceChange } from './change-set.ts';
import type { CreationOptions } from './operation-options.ts';
import { CloudFormationError, throwValidationError } from './refusals.ts';
import type { Surroundings } from './run.ts';
import type { Stack, StackSource } from './stack.ts';

export interface WantedChangeSet {
  readonly ChangeSetName: string;
  readonly ChangeSetType: 'CREATE' | 'UPDATE';
  readonly Description?: string | undefined;
  readonly source: StackSource;
  readonly options: CreationOptions;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export interface ChangeSet extends WantedChangeSet, Pick<Stack, 'StackId' | 'StackName' | 'CreationTime'> {
  readonly changes: readonly ResourceChange[];
  readonly StatusReason?: string;
  readonly ChangeSetId: string;
  readonly Status: 'CREATE_COMPLETE' | 'FAILED';
  ExecutionStatus: string;
}

/** The StackName is needed unless the ChangeSetName is an ARN. */
export interface ChangeSetReference {
  readonly ChangeSetName: string;
  readonly StackName?: string | undefined;
}

type PlannedChangeSet = WantedChangeSet & Pick<ChangeSet, 'changes' | 'StatusReason'>;
interface Services extends Surroundings {
  readonly findStack: (nameOrId: string) => Stack | undefined;
  /** Is called when there is a new change set, or one less. */
  readonly onChange: () => void;
}

export function createChangeSets(saved: readonly ChangeSet[], services: Services) {
  const { settings, clock, random, findStack, onChange } = services;
  let all: readonly ChangeSet[] = structuredClone([...saved]);

  function find({ ChangeSetName, StackName }: ChangeSetReference): ChangeSet {
    const byId = all.find(({ ChangeSetId }) => ChangeSetId === ChangeSetName);
    if (byId !== undefined) return byId;
    if (ChangeSetName.startsWith('arn:')) return throwNotFound(ChangeSetName);
    if (StackName === undefined) {
      return throwValidationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
    }
    const { StackId } = findStack(StackName) ?? throwValidationError(`Stack [${StackName}] does not exist`);
    return list(StackId).find((each) => each.ChangeSetName === ChangeSetName) ?? throwNotFound(ChangeSetName);
  }

  function list(StackId: string): readonly ChangeSet[] {
    return all.filter((each) => each.StackId === StackId);
  }

  return {
    all: () => all,
    /** Throws if there is no such change set or stack. */
    find,
    /** The change sets of a stack, oldest first. */
    list,
    checkNew({ StackId }: Stack, ChangeSetName: string): void {
      if (!list(StackId).some((each) => each.ChangeSetName === ChangeSetName)) return;
      throw new CloudFormationError('AlreadyExistsException', `ChangeSet ${ChangeSetName} already exists`);
    },
    add(planned: PlannedChangeSet, { StackId, StackName }: Stack): ChangeSet {
      const { partition, region, accountId } = settings;
      const id = `${planned.ChangeSetName}/${randomUuid(random)}`;
      const hasFailed = planned.StatusReason !== undefined;
      const changeSet: ChangeSet = {
        ...planned,
        ...{ StackId, StackName, CreationTime: clock.now() },
        ChangeSetId: `arn:${partition}:cloudformation:${region}:${accountId}:changeSet/${id}`,
        Status: hasFailed ? 'FAILED' : 'CREATE_COMPLETE',
        ExecutionStatus: hasFailed ? 'UNAVAILABLE' : 'AVAILABLE',
      };
      all = [...all, changeSet];
      onChange();
      return changeSet;
    },
    checkExecutable({ ChangeSetId, Status, ExecutionStatus }: ChangeSet): void {
      if (ExecutionStatus === 'AVAILABLE') return;
      throwWrongStatus(ChangeSetId, 'executed', Status === 'FAILED' ? Status : ExecutionStatus);
    },
    /** Only the state for which a change set was planned allows its execution. */
    operationBegins(StackId: string, executed: ChangeSet | undefined): void {
      for (const each of list(StackId)) if (each.ExecutionStatus === 'AVAILABLE') each.ExecutionStatus = 'OBSOLETE';
      if (executed) executed.ExecutionStatus = 'EXECUTE_IN_PROGRESS';
    },
    operationEnds(StackStatus: string, executed: ChangeSet | undefined): void {
      const succeeded = /^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus);
      if (executed) executed.ExecutionStatus = succeeded ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    },
    remove(name: ChangeSetReference): void {
      const { ChangeSetId, ExecutionStatus } = find(name);
      if (ExecutionStatus === 'EXECUTE_IN_PROGRESS') throwWrongStatus(ChangeSetId, 'deleted', ExecutionStatus);
      all = all.filter((each) => each.ChangeSetId !== ChangeSetId);
      onChange();
    },
  };
}

function throwNotFound(ChangeSetName: string): never {
  throw new CloudFormationError('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`);
}

function throwWrongStatus(ChangeSetId: string, act: 'executed' | 'deleted', status: string): never {
  const reason = `cannot be ${act} in its current status of [${status}]`;
  throw new CloudFormationError('InvalidChangeSetStatus', `ChangeSet [${ChangeSetId}] ${reason}`);
}
