/**
 * The whole state of the simulated SageMaker, as plain data that a file can hold. Instants are milliseconds since the
 * epoch. `pending` holds a change of status that is under way; `settle` in `transitions.ts` completes it.
 */
import type { CreateImageVersionRequest, ImageStatus, ImageVersionStatus } from '@aws-sdk/client-sagemaker';
import type { Input } from './model.ts';

/** What a version has beside its image, its container image and its aliases. */
export type VersionMetadata = Input<
  Omit<CreateImageVersionRequest, 'ImageName' | 'BaseImage' | 'ClientToken' | 'Aliases'>
>;

/** The next status of a record, and when it gets it. */
export type Pending<Status> = {
  readonly atMs: number;
  readonly becomes: Status | 'gone';
  readonly FailureReason?: string;
};

/** What images and versions have in common. */
export type Changing<Status> = {
  readonly createdAtMs: number;
  modifiedAtMs: number;
  pending?: Pending<Status>;
  FailureReason?: string;
};

export type ImageVersionRecord = Changing<ImageVersionStatus> & {
  readonly Version: number;
  readonly ImageVersionArn: string;
  readonly BaseImage: string;
  /** Resolved by CreateImageVersion; absent if the version cannot be created. */
  ContainerImage?: string;
  readonly ClientToken: string;
  ImageVersionStatus: ImageVersionStatus;
  Aliases: readonly string[];
  metadata: VersionMetadata;
  /** The instant at which a version that is TO_BE_ARCHIVED becomes ARCHIVED. */
  archivesAtMs?: number;
};

export type ImageRecord = Changing<ImageStatus> & {
  readonly ImageName: string;
  readonly ImageArn: string;
  ImageStatus: ImageStatus;
  RoleArn: string;
  DisplayName?: string;
  Description?: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  /** The highest version number that this image ever had; 0 before the first version. */
  lastVersion: number;
  /** In the order of their numbers. */
  versions: ImageVersionRecord[];
  /** The value of `State.modifications` after the last modification of this image. */
  modification: number;
};

export type State = {
  /** By ImageName. */
  readonly images: Record<string, ImageRecord>;
  /** The `lastVersion` of each deleted image, by ImageName. */
  readonly lastVersionsOfGoneImages: Record<string, number>;
  modifications: number;
};

export const emptyState: State = { images: {}, lastVersionsOfGoneImages: {}, modifications: 0 };
