/**
 * How a simulated SageMaker behaves: whose account it is, how long things take, what fails, and which side of each
 * uncertain fact it takes.
 */
import { unreachableBaseImage } from './container-image.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';
import { LIKELIER_SWITCHES, type Switches } from './switches.ts';

/** From the shortest to the longest, in milliseconds, both included; what happens is drawn evenly from between. */
export type DurationRange = readonly [shortestMs: number, longestMs: number];

/** The FailureReason that a change of this record ends in, or undefined where it succeeds. */
export type FailureRule<Subject> = (subject: Subject) => string | undefined;

export interface SageMakerSettings {
  readonly Region: string;
  /** Twelve digits. */
  readonly AccountId: string;
  readonly partition: string;
  /** How long a status such as CREATING lasts. */
  readonly durations: {
    readonly imageCreation: DurationRange;
    readonly imageUpdate: DurationRange;
    readonly imageDeletion: DurationRange;
    readonly versionCreation: DurationRange;
    readonly versionDeletion: DurationRange;
  };
  /** Asked when the call comes in; the status that tells of it follows when the duration is over. */
  readonly failures: {
    readonly imageCreation: FailureRule<ImageRecord>;
    readonly imageUpdate: FailureRule<ImageRecord>;
    readonly imageDeletion: FailureRule<ImageRecord>;
    readonly versionCreation: FailureRule<ImageVersionRecord>;
    readonly versionDeletion: FailureRule<ImageVersionRecord>;
  };
  /**
   * How long a modification takes from reading its image to writing it, in milliseconds. One that finds the image
   * changed when it comes to write ends in ResourceInUse "Resource was modified concurrently". 0: never.
   */
  readonly lockWindowMs: number;
  /** Items on a page when the call has no MaxResults. */
  readonly defaultPageSize: number;
  /** No page is longer than this, whatever MaxResults asks for. Small values exercise paging. */
  readonly largestPageSize: number;
  /** Beyond these, ResourceLimitExceeded. AWS publishes no numbers. */
  readonly quotas: { readonly images: number; readonly versionsOfAnImage: number };
  /** How long after it was declared TO_BE_ARCHIVED a version becomes ARCHIVED. */
  readonly archiveAfterMs: number;
  readonly switches: Switches;
}

/** Settings in which everything not named has its default. */
export function sageMakerSettings(
  given: Partial<Omit<SageMakerSettings, 'durations' | 'failures' | 'quotas' | 'switches'>> & {
    readonly durations?: Partial<SageMakerSettings['durations']>;
    readonly failures?: Partial<SageMakerSettings['failures']>;
    readonly quotas?: Partial<SageMakerSettings['quotas']>;
    readonly switches?: Partial<Switches>;
  } = {},
): SageMakerSettings {
  return {
    ...DEFAULTS,
    ...given,
    durations: { ...DEFAULTS.durations, ...given.durations },
    failures: { ...DEFAULTS.failures, ...given.failures },
    quotas: { ...DEFAULTS.quotas, ...given.quotas },
    switches: { ...DEFAULTS.switches, ...given.switches },
  };
}

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
  archiveAfterMs: 90 * 24 * 3_600_000,
  switches: LIKELIER_SWITCHES,
};
