/**
 * One switch for each fact about SageMaker images that nobody outside AWS knows for certain. The default is the likelier
 * side; `sandbox/FIDELITY.md` gives the reasons. The provider must work with either side.
 */
export interface Switches {
  /** A call gives a version an alias that another version of the image holds. */
  readonly aliasOfAnotherVersion: 'ResourceInUse' | 'moves';
  /** AliasesToAdd names an alias that the version already has. */
  readonly aliasAddedTwice: 'accepted' | 'ResourceInUse';
  /** AliasesToDelete names an alias that the version does not have. */
  readonly absentAliasDeleted: 'accepted' | 'ResourceNotFound';
  /** DescribeImageVersion, UpdateImageVersion or DeleteImageVersion names an alias that no version has. */
  readonly versionByMissingAlias: 'AccessDenied' | 'ResourceNotFound';
  /** CreateImageVersion repeats the ClientToken of an existing version. */
  readonly ClientToken: 'remembered' | 'forgotten';
  /** Whether an image can be modified while one of its versions is being created. */
  readonly imageWhileVersionIsCreated: 'free' | 'busy';
  /** The first version number of an image that is created with the name of a deleted one. */
  readonly numbersOfImageCreatedAgain: 'restart' | 'continue';
  /** The case of an ImageName in ARNs. */
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
