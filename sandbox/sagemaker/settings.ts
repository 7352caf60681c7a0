/** The settings of a simulated SageMaker: its account, durations, failures, and the side of each uncertain fact. */
import { likelierSides, type SidesOf, type Switches } from '../switches.ts';
import { unreachableBaseImage } from './container-image.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** The shortest and the longest duration, in milliseconds, both included. Durations are evenly distributed. */
export type DurationRange = readonly [shortestMs: number, longestMs: number];

/** The FailureReason of a change of this record, or undefined if the change succeeds. */
type FailureRule<Subject> = (subject: Subject) => string | undefined;

type ImageChange = 'imageCreation' | 'imageUpdate' | 'imageDeletion';
type VersionChange = 'versionCreation' | 'versionDeletion';

/** What AWS leaves open: every side of it, the likelier one first. */
export const sageMakerSwitches = {
  /** A call gives a version an alias that another version of the image holds. */
  aliasOfAnotherVersion: ['ResourceInUse', 'moves'],
  /** AliasesToAdd names an alias that the version already has. */
  aliasAddedTwice: ['accepted', 'ResourceInUse'],
  /** AliasesToDelete names an alias that the version does not have. */
  absentAliasDeleted: ['accepted', 'ResourceNotFound'],
  /** DescribeImageVersion, UpdateImageVersion or DeleteImageVersion names an alias that no version has. */
  versionByMissingAlias: ['AccessDenied', 'ResourceNotFound'],
  /** CreateImageVersion repeats the ClientToken of an existing version. */
  ClientToken: ['remembered', 'forgotten'],
  /** Whether an image can be modified while one of its versions is being created. */
  imageWhileVersionIsCreated: ['free', 'busy'],
  /** The first version number of an image that is created with the name of a deleted one. */
  numbersOfImageCreatedAgain: ['restart', 'continue'],
  /** The case of an ImageName in ARNs. */
  caseOfArns: ['kept', 'lowered'],
  /** CreateImageVersion or UpdateImage while the image is CREATING, UPDATING or DELETING; DeleteImageVersion while it is DELETING. */
  imageInTransition: ['ResourceInUse', 'ValidationException'],
  /** UpdateImageVersion while the version is CREATING. */
  updateWhileCreating: ['ResourceInUse', 'accepted', 'ValidationException'],
  /** DeleteImageVersion while the version is CREATING. */
  deleteWhileCreating: ['ResourceInUse', 'accepted'],
  /** DeleteImageVersion of a version that a domain, a user profile, a space or an app uses. */
  deletionOfUsedVersion: ['ResourceInUse', 'DELETE_FAILED', 'accepted'],
} as const satisfies Switches;

export type SageMakerSides = SidesOf<typeof sageMakerSwitches>;

const durations: Readonly<Record<ImageChange | VersionChange, DurationRange>> = {
  imageCreation: [2_000, 5_000],
  imageUpdate: [1_000, 3_000],
  imageDeletion: [2_000, 5_000],
  versionCreation: [5_000, 20_000],
  versionDeletion: [3_000, 10_000],
};

const failures: Readonly<
  Record<ImageChange, FailureRule<ImageRecord>> & Record<VersionChange, FailureRule<ImageVersionRecord>>
> = {
  imageCreation: () => undefined,
  imageUpdate: () => undefined,
  imageDeletion: () => undefined,
  versionCreation: ({ BaseImage }) => unreachableBaseImage(BaseImage),
  versionDeletion: () => undefined,
};

const defaults = {
  Region: 'eu-west-1',
  /** Twelve digits. */
  AccountId: '111122223333',
  partition: 'aws',
  /** How long a status such as CREATING lasts. */
  durations,
  /** Decided when the call arrives; the failed status follows when the duration is over. */
  failures,
  /**
   * The time from a modification's arrival to its write, in milliseconds. If the image was modified in between, the
   * call ends in ResourceInUse "Resource was modified concurrently". 0 rules that out.
   */
  lockWindowMs: 100,
  /** The number of items on a page when the call has no MaxResults. */
  defaultPageSize: 10,
  /** No page has more items than this, whatever MaxResults is. Use small values to test paging. */
  largestPageSize: 100,
  /** A Create beyond these quotas ends in ResourceLimitExceeded. AWS publishes no numbers. */
  quotas: { images: Number.POSITIVE_INFINITY, versionsOfAnImage: Number.POSITIVE_INFINITY },
  /** How old the state is that a read shows, by operation: at most `longestMs`. With 0, nothing earlier is remembered. */
  staleness: { behindMs: (_operation: string) => 0, longestMs: 0 },
  /** The time from TO_BE_ARCHIVED to ARCHIVED. */
  archiveAfterMs: 90 * 24 * 3_600_000,
  switches: likelierSides(sageMakerSwitches),
};

export type SageMakerSettings = Readonly<typeof defaults>;

type GivenSettings = { readonly [Name in keyof SageMakerSettings]?: Partial<SageMakerSettings[Name]> };

/** The given settings, with the default for each that is missing. */
export function sageMakerSettings(given: GivenSettings = {}): SageMakerSettings {
  return {
    ...defaults,
    ...given,
    durations: { ...defaults.durations, ...given.durations },
    failures: { ...defaults.failures, ...given.failures },
    quotas: { ...defaults.quotas, ...given.quotas },
    staleness: { ...defaults.staleness, ...given.staleness },
    switches: { ...defaults.switches, ...given.switches },
  };
}
