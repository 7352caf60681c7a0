/**
 * The settings of a simulated SageMaker: its account, how long changes take, what fails, and the side of each uncertain
 * fact that it simulates.
 */
import { likelierSides, type SidesOf, type Switches } from '../switches.ts';
import { unreachableBaseImage } from './container-image.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** The shortest and the longest duration, in milliseconds, both included. Durations are evenly distributed. */
export type DurationRange = readonly [shortestMs: number, longestMs: number];

/** The FailureReason of a change of this record, or undefined if the change succeeds. */
type FailureRule<Subject> = (subject: Subject) => string | undefined;

type ImageChange = 'imageCreation' | 'imageUpdate' | 'imageDeletion';
type VersionChange = 'versionCreation' | 'versionDeletion';

export interface SageMakerSettings {
  readonly Region: string;
  /** Twelve digits. */
  readonly AccountId: string;
  readonly partition: string;
  /** How long a status such as CREATING lasts. */
  readonly durations: Readonly<Record<ImageChange | VersionChange, DurationRange>>;
  /** Decided when the call arrives; the failed status follows when the duration is over. */
  readonly failures: Readonly<
    Record<ImageChange, FailureRule<ImageRecord>> & Record<VersionChange, FailureRule<ImageVersionRecord>>
  >;
  /**
   * The time from a modification's arrival to its write, in milliseconds. If the image was modified in between, the
   * call ends in ResourceInUse "Resource was modified concurrently". 0 rules that out.
   */
  readonly lockWindowMs: number;
  /** The number of items on a page when the call has no MaxResults. */
  readonly defaultPageSize: number;
  /** No page has more items than this, whatever MaxResults is. Use small values to test paging. */
  readonly largestPageSize: number;
  /** A Create beyond these quotas ends in ResourceLimitExceeded. AWS publishes no numbers. */
  readonly quotas: { readonly images: number; readonly versionsOfAnImage: number };
  /** How old the state is that a read shows, by operation. */
  readonly staleness: {
    readonly behindMs: (operation: string) => number;
    /** No read is further behind. 0: SageMaker remembers no earlier state. */
    readonly longestMs: number;
  };
  /** The time from TO_BE_ARCHIVED to ARCHIVED. */
  readonly archiveAfterMs: number;
  readonly switches: SageMakerSides;
}

type GivenSettings = { readonly [Name in keyof SageMakerSettings]?: Partial<SageMakerSettings[Name]> };

/** The given settings, with the default for each that is missing. */
export function sageMakerSettings(given: GivenSettings = {}): SageMakerSettings {
  return {
    ...DEFAULTS,
    ...given,
    durations: { ...DEFAULTS.durations, ...given.durations },
    failures: { ...DEFAULTS.failures, ...given.failures },
    quotas: { ...DEFAULTS.quotas, ...given.quotas },
    staleness: { ...DEFAULTS.staleness, ...given.staleness },
    switches: { ...DEFAULTS.switches, ...given.switches },
  };
}

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

const SUCCEEDS = () => undefined;

const DEFAULTS: SageMakerSettings = {
  Region: 'eu-west-1',
  AccountId: '111122223333',
  partition: 'aws',
  durations: {
    imageCreation: [2_000, 5_000],
    imageUpdate: [1_000, 3_000],
    imageDeletion: [2_000, 5_000],
    versionCreation: [5_000, 20_000],
    versionDeletion: [3_000, 10_000],
  },
  failures: {
    imageCreation: SUCCEEDS,
    imageUpdate: SUCCEEDS,
    imageDeletion: SUCCEEDS,
    versionCreation: ({ BaseImage }) => unreachableBaseImage(BaseImage),
    versionDeletion: SUCCEEDS,
  },
  lockWindowMs: 100,
  defaultPageSize: 10,
  largestPageSize: 100,
  quotas: { images: Number.POSITIVE_INFINITY, versionsOfAnImage: Number.POSITIVE_INFINITY },
  staleness: { behindMs: () => 0, longestMs: 0 },
  archiveAfterMs: 90 * 24 * 3_600_000,
  switches: likelierSides(sageMakerSwitches),
};
