/** The settings of the simulated CloudFormation: its account, and a switch for each uncertain fact. */

export interface Account {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

export interface CloudFormationSettings extends Account {
  /**
   * The rollback of an update that has replaced a resource. `delete-only`: it returns to the old physical resource and
   * deletes the new one. `update-first`: before that, it sends an Update of the new one with the old properties.
   */
  readonly rollbackAfterReplacement: 'delete-only' | 'update-first';
  /** The properties in the Delete of a resource that an update has replaced. */
  readonly cleanupDeleteProperties: 'old' | 'new';
  /** The time between the event that announces a rollback and the first request of the rollback. */
  readonly pauseBeforeRollbackMs: number;
  /**
   * The time from the issue of a request, which its ResponseURL contains, to the LastUpdatedTimestamp that
   * DescribeStackResource shows for the *_IN_PROGRESS status of its resource.
   */
  readonly inProgressAfterIssueMs: number;
}

export const defaultSettings: CloudFormationSettings = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  rollbackAfterReplacement: 'delete-only',
  cleanupDeleteProperties: 'old',
  pauseBeforeRollbackMs: 2000,
  inProgressAfterIssueMs: 0,
};
