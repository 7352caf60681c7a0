/** The settings of the simulated CloudFormation: its account, and a switch for each uncertain fact. */
import { likelierSides, type SidesOf, type Switches } from '../switches.ts';
import type { StoredValues } from '../template/stored-values.ts';

export interface Account {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** What AWS leaves open: every side of it, the likelier one first. */
export const cloudFormationSwitches = {
  /**
   * The rollback of an update that has replaced a resource. `delete-only`: it returns to the old physical resource and
   * deletes the new one. `update-first`: before that, it sends an Update of the new one with the old properties.
   */
  rollbackAfterReplacement: ['delete-only', 'update-first'],
  /** The properties in the Delete of a resource that an update has replaced. */
  cleanupDeleteProperties: ['old', 'new'],
  /** Whether the rollback of an update changes the stack's LastUpdatedTime, or keeps the start of the update. */
  lastUpdatedTimeInRollback: ['kept', 'moved'],
  /** Which operation's DisableRollback DescribeStacks shows: the last one's, or CreateStack's for ever. */
  disableRollbackShown: ['operation', 'creation'],
  /**
   * An update with disabled rollback, in which the response of a custom resource has another physical id. `forgotten`:
   * the resource fails, and nobody deletes the new physical resource. `deleted`: the resource fails, and CloudFormation
   * deletes the new one. `taken`: a replacement as in any other update.
   */
  replacementWithoutRollback: ['forgotten', 'deleted', 'taken'],
  /** The same in express mode. */
  replacementInExpress: ['taken', 'forgotten', 'deleted'],
  /** When an update deletes what a failed Create has left: before it creates the resource again, or in its clean-up. */
  failedCreateIsDeleted: ['first', 'in-clean-up'],
  /** In express mode, whether the deletion of an image waits for the Deletes of the resources that depend on it. */
  imageDeletionInExpress: ['waits', 'overlaps'],
  /** Where a request has ServiceTimeout. */
  serviceTimeoutIn: ['ResourceProperties', 'event', 'both'],
  /** The ResourceType of a Custom::… resource in the Deletes of a clean-up. */
  cleanupResourceType: ['own', 'AWS::CloudFormation::CustomResource'],
} as const satisfies Switches;

export interface CloudFormationSettings extends Account, SidesOf<typeof cloudFormationSwitches> {
  /** The types that stand in as stub resources in every stack, although their attributes are not known; `*` is every type. */
  readonly stubs: readonly string[];
  /** What SSM's Parameter Store and Secrets Manager have. A stack keeps the values of its last operation. */
  readonly storedValues: StoredValues;
  /** The time between the event that announces an operation and its first request. */
  readonly pauseBeforeFirstRequestMs: number;
  /** The time between the event that announces a rollback and the first request of the rollback. */
  readonly pauseBeforeRollbackMs: number;
  /** The time between CREATE_IN_PROGRESS of an image and the CreateImage call of its resource handler. */
  readonly imageHandlerDelayMs: number;
  /** The time between two looks at an image that is in transition. */
  readonly imagePollDelayMs: number;
  /** The time from the instant in a ResponseURL to the LastUpdatedTimestamp of its resource's *_IN_PROGRESS status. */
  readonly inProgressAfterIssueMs: number;
}

export const defaultSettings: CloudFormationSettings = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  stubs: [],
  storedValues: {},
  ...likelierSides(cloudFormationSwitches),
  pauseBeforeFirstRequestMs: 2000,
  pauseBeforeRollbackMs: 4000,
  imageHandlerDelayMs: 2000,
  imagePollDelayMs: 5000,
  inProgressAfterIssueMs: 0,
};
