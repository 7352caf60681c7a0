/** Where CloudFormation's behaviour is uncertain or a matter of taste: every switch of its side of the sandbox. */

/** Where the sandbox pretends to be. */
export interface Account {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

export interface CloudFormationSettings extends Account {
  /**
   * An update replaced a resource, then failed elsewhere. `delete-only`: the rollback goes back to the old physical
   * resource and deletes the new one. `update-first`: it first asks for an Update of the new one with the old properties.
   */
  readonly rollbackAfterReplacement: 'delete-only' | 'update-first';
  /** Which properties come with the Delete of a resource that an update has replaced. */
  readonly cleanupDeleteProperties: 'old' | 'new';
  /** Between the event that announces a rollback and its first request. */
  readonly pauseBeforeRollbackMs: number;
  /**
   * How much later than the issue of a request, which its ResponseURL tells, DescribeStackResource dates the status that
   * its resource has come into: the LastUpdatedTimestamp of *_IN_PROGRESS.
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
