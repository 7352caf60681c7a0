/**
 * Everything the simulated SageMaker remembers. It is plain data, so that the sandbox's CLI can keep it in a file
 * between runs. Instants are milliseconds since the epoch; nothing runs in the background: a change of status that is
 * under way stands in `pending`, and `settle.ts` lets it happen when somebody next looks.
 */

export type ImageVersionStatus = 'CREATING' | 'CREATED' | 'CREATE_FAILED' | 'DELETING' | 'DELETE_FAILED';
export type ImageStatus = ImageVersionStatus | 'UPDATING' | 'UPDATE_FAILED';

/** What becomes of a record, and when. */
export type Pending<Status> = {
  readonly atMs: number;
  readonly becomes: Status | 'gone';
  readonly FailureReason?: string;
};

/** The optional members that CreateImageVersion and UpdateImageVersion share. */
export type VersionMetadata = {
  readonly VendorGuidance?: 'NOT_PROVIDED' | 'STABLE' | 'TO_BE_ARCHIVED' | 'ARCHIVED';
  readonly JobType?: 'TRAINING' | 'INFERENCE' | 'NOTEBOOK_KERNEL';
  readonly MLFramework?: string;
  readonly ProgrammingLang?: string;
  readonly Processor?: 'CPU' | 'GPU';
  readonly Horovod?: boolean;
  readonly ReleaseNotes?: string;
};

export type ImageVersionRecord = {
  readonly Version: number;
  readonly ImageVersionArn: string;
  readonly BaseImage: string;
  /** Resolved when the version was asked for; none if it cannot be created. */
  ContainerImage?: string;
  readonly ClientToken: string;
  readonly createdAtMs: number;
  modifiedAtMs: number;
  ImageVersionStatus: ImageVersionStatus;
  pending?: Pending<ImageVersionStatus>;
  FailureReason?: string;
  Aliases: readonly string[];
  metadata: VersionMetadata;
  /** When a version that is TO_BE_ARCHIVED becomes ARCHIVED. */
  archivesAtMs?: number;
};

export type ImageRecord = {
  readonly ImageName: string;
  readonly ImageArn: string;
  readonly createdAtMs: number;
  modifiedAtMs: number;
  ImageStatus: ImageStatus;
  pending?: Pending<ImageStatus>;
  FailureReason?: string;
  RoleArn: string;
  DisplayName?: string;
  Description?: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  /** The highest number that a version of this image ever had; 0 before the first. */
  lastVersion: number;
  /** In the order of their numbers. */
  versions: ImageVersionRecord[];
  /** `State.modifications` as it was after this image was last modified. */
  modification: number;
};

export type State = {
  readonly format: 'sandbox-sagemaker-1';
  /** By ImageName. */
  readonly images: Record<string, ImageRecord>;
  /** `lastVersion` of images that are gone, by ImageName. */
  readonly lastVersionsOfGoneImages: Record<string, number>;
  /** By reference, as `container-image.ts` makes it. */
  readonly pushCounts: Record<string, number>;
  /** How many modifications there have been, of whatever image. */
  modifications: number;
};

export function emptyState(): State {
  return {
    format: 'sandbox-sagemaker-1',
    images: {},
    lastVersionsOfGoneImages: {},
    pushCounts: {},
    modifications: 0,
  };
}

/** Whether `value` is a state that was written earlier. Its mark is trusted: nobody else writes it. */
export function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === emptyState().format;
}

/** A copy that later changes leave alone. */
export function copyOf(state: State): State {
  return structuredClone(state);
}
