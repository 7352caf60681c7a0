/**
 * What nobody outside AWS knows for certain about SageMaker images, each as a switch. The default is the likelier side;
 * `sandbox/FIDELITY.md` says why. The provider must be right on both sides.
 */
export interface Switches {
  /** An alias is given to a version while another version of the image holds it. */
  readonly aliasOfAnotherVersion: 'ResourceInUse' | 'moves';
  /** AliasesToAdd names an alias that the version carries already. */
  readonly aliasAddedTwice: 'accepted' | 'ResourceInUse';
  /** AliasesToDelete names an alias that the version does not carry. */
  readonly absentAliasDeleted: 'accepted' | 'ResourceNotFound';
  /** DescribeImageVersion, UpdateImageVersion or DeleteImageVersion names its version by an alias that nobody holds. */
  readonly versionByMissingAlias: 'AccessDenied' | 'ResourceNotFound';
  /** CreateImageVersion comes again with the ClientToken of a version that is still there. */
  readonly ClientToken: 'remembered' | 'forgotten';
  /** Whether an image can be modified while one of its versions is being created. */
  readonly imageWhileVersionIsCreated: 'free' | 'busy';
  /** An image is created under the name of one that was deleted: where its versions start to count. */
  readonly numbersOfImageCreatedAgain: 'restart' | 'continue';
  /** How a mixed-case ImageName stands in ARNs. */
  readonly caseOfArns: 'kept' | 'lowered';
  /** CreateImageVersion or UpdateImage while the image is CREATING, UPDATING or DELETING. */
  readonly imageInTransition: 'ResourceInUse' | 'ValidationException';
  /** UpdateImageVersion while the version is CREATING. */
  readonly updateWhileCreating: 'accepted' | 'ResourceInUse' | 'ValidationException';
  /** DeleteImageVersion while the version is CREATING. */
  readonly deleteWhileCreating: 'accepted' | 'ResourceInUse';
}

export const LIKELIER_SWITCHES: Switches = {
  aliasOfAnotherVersion: 'ResourceInUse',
  aliasAddedTwice: 'accepted',
  absentAliasDeleted: 'accepted',
  versionByMissingAlias: 'AccessDenied',
  ClientToken: 'remembered',
  imageWhileVersionIsCreated: 'free',
  numbersOfImageCreatedAgain: 'restart',
  caseOfArns: 'kept',
  imageInTransition: 'ResourceInUse',
  updateWhileCreating: 'ResourceInUse',
  deleteWhileCreating: 'ResourceInUse',
};
