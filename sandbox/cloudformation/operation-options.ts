/**
 * What the caller of an operation decides: what follows a failure, and whether CloudFormation waits for resources.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html
 */

/** What CloudFormation does after a failed creation. DO_NOTHING is the same as DisableRollback. */
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentConfig.html */
export interface DeploymentConfig {
  readonly Mode?: 'STANDARD' | 'EXPRESS' | undefined;
  readonly DisableRollback?: boolean | undefined;
}

/** What DescribeStacks shows of the call that made or updated the stack, and what protects it from DeleteStack. */
export interface StackAttributes {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Capabilities?: readonly string[];
  readonly NotificationARNs?: readonly string[];
  readonly RoleARN?: string;
  readonly EnableTerminationProtection?: boolean;
  /** For the newest operation: the same call again is answered and not carried out again. */
  readonly ClientRequestToken?: string | undefined;
}

/** Parameters of CreateStack and UpdateStack. */
export interface UpdateOptions {
  readonly DisableRollback?: boolean | undefined;
  readonly DeploymentConfig?: DeploymentConfig | undefined;
  /** A rollback deletes new resources even if their DeletionPolicy is Retain. */
  readonly RetainExceptOnCreate?: boolean | undefined;
  readonly attributes?: StackAttributes;
}

export interface CreationOptions extends UpdateOptions {
  readonly OnFailure?: OnFailure | undefined;
}

export type Conduct = Readonly<ReturnType<typeof conductOf>>;

/** How one operation runs. An update knows only the `onFailure` ROLLBACK and DO_NOTHING. */
export function conductOf(options: CreationOptions) {
  const { DisableRollback, DeploymentConfig = {}, RetainExceptOnCreate = false } = options;
  const isExpress = DeploymentConfig.Mode === 'EXPRESS';
  const disablesRollback = DeploymentConfig.DisableRollback ?? DisableRollback ?? isExpress;
  const onFailure: OnFailure = options.OnFailure ?? (disablesRollback ? 'DO_NOTHING' : 'ROLLBACK');
  return { onFailure, isExpress, retainExceptOnCreate: RetainExceptOnCreate };
}
