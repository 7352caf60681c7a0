/**
 * SageMaker behind the provider's port, in memory: numbers go up, an alias is on one version of an image, and what is
 * made or deleted passes through the statuses that a test lays down. It records every call, and a test can have single
 * calls refused.
 */
import type { ImageVersionStatus } from '@aws-sdk/client-sagemaker';
import { ProviderError } from '../../../src/errors.ts';
import type { ImageVersion, ImageVersions, VersionOfImage } from '../../../src/sagemaker/image-versions.ts';
import { containerImage, imageVersion, versionArn } from './builders.ts';
import type { FakeClock } from './fake-clock.ts';

/** `UPDATING` stands for a status that SageMaker may have one day. */
export type Status = ImageVersionStatus | 'UPDATING' | 'gone';

/** What becomes of one call, in this order. */
export interface Step {
  /** How much time passes first, in milliseconds. */
  readonly takesMs?: number;
  /** Happens between the caller's last look and the call. */
  readonly meanwhile?: () => void;
  /** SageMaker does nothing. */
  readonly refuses?: Error;
  /** SageMaker does what it is asked, but the answer is lost. */
  readonly losesAnswer?: Error;
}

export const succeeds: Step = {};

export interface Call {
  readonly operation: keyof ImageVersions;
  readonly input: object;
}

export interface FakeImageVersions extends ImageVersions {
  readonly calls: readonly Call[];
  /** The inputs of the calls that change something. */
  writes(): readonly Call[];
  /** How the coming calls of an operation go, one each; those after them succeed. */
  next(operation: keyof ImageVersions, ...steps: readonly Step[]): void;
  /** How every call of an operation goes once the steps of `next` are used up. */
  always(operation: keyof ImageVersions, step: Step): void;
  /** What the coming describes of a version show, one each; the last one stays. */
  becomes(Version: number, ...statuses: readonly [Status, ...Status[]]): void;
  /** The same for each version that is still to be made: CREATED at once, unless said otherwise. */
  whenCreated(...statuses: readonly [Status, ...Status[]]): void;
  /** The same for each version whose deletion is still to begin: gone at once, unless said otherwise. */
  whenDeleted(...statuses: readonly [Status, ...Status[]]): void;
  /** Adds a version of `my-image`, or of another image, as others would. */
  add(version: ImageVersion, ...aliases: readonly string[]): void;
  /** Takes a version away at once, as if somebody had deleted it. */
  vanish(Version: number): void;
  /** The aliases of every version that there is: of `my-image` by its number, of another image as `another-image/3`. */
  aliases(): Readonly<Record<string, readonly string[]>>;
}

interface Kept {
  described: ImageVersion;
  readonly ImageName: string;
  aliases: string[];
  upcoming: readonly Status[];
  /** Deleting it again changes nothing. */
  isDeleted: boolean;
}

/** @param clock says what CreationTime a version has that is made */
export function fakeImageVersions(clock: FakeClock): FakeImageVersions {
  const kept: Kept[] = [];
  const calls: Call[] = [];
  const steps = new Map<keyof ImageVersions, Step[]>();
  const standing = new Map<keyof ImageVersions, Step>();
  let created: readonly Status[] = ['CREATED'];
  let deleted: readonly Status[] = ['gone'];

  const find = ({ ImageName, Version }: VersionOfImage) =>
    kept.find((one) => one.ImageName === ImageName && one.described.Version === Version);
  const forget = (one: Kept) => kept.splice(kept.indexOf(one), 1);

  /** Takes the next status that was laid down, if any. */
  const look = (one: Kept): ImageVersion | undefined => {
    const [status, ...later] = one.upcoming;
    if (status === undefined) return one.described;
    one.upcoming = later;
    if (status === 'gone') {
      forget(one);
      return undefined;
    }
    const FailureReason = status.endsWith('FAILED') ? `${one.described.FailureReason ?? 'No such image'}` : undefined;
    const ContainerImage = status === 'CREATED' ? containerImage : one.described.ContainerImage;
    one.described = Object.assign({}, one.described, { ImageVersionStatus: status, FailureReason, ContainerImage });
    return one.described;
  };

  const call = async <T>(operation: keyof ImageVersions, input: object, act: () => T): Promise<T> => {
    calls.push({ operation, input });
    const step = steps.get(operation)?.shift() ?? standing.get(operation) ?? succeeds;
    clock.advance(step.takesMs ?? 0);
    step.meanwhile?.();
    if (step.refuses) throw step.refuses;
    const answer = act();
    if (step.losesAnswer) throw step.losesAnswer;
    return answer;
  };

  const requireFree = (ImageName: string, aliases: readonly string[], but?: Kept) => {
    const others = kept.filter((one) => one.ImageName === ImageName && one !== but);
    const taken = aliases.find((alias) => others.some((one) => one.aliases.includes(alias)));
    if (taken !== undefined) throw inUse(`Alias ${taken} is in use.`);
  };

  return {
    calls,
    writes: () => calls.filter(({ operation }) => /^(create|update|delete)/.test(operation)),
    next: (operation, ...coming) => void steps.set(operation, [...coming]),
    always: (operation, step) => void standing.set(operation, step),
    becomes: (Version, ...statuses) => {
      for (const one of kept) if (one.described.Version === Version) one.upcoming = statuses;
    },
    whenCreated: (...statuses) => {
      created = statuses;
    },
    whenDeleted: (...statuses) => {
      deleted = statuses;
    },
    add: (version, ...aliases) => {
      const ImageName = version.ImageVersionArn.split('/').at(-2) ?? '';
      kept.push({ described: version, ImageName, aliases: [...aliases], upcoming: [], isDeleted: false });
    },
    vanish: (Version) => {
      for (const one of kept.filter(({ described }) => described.Version === Version)) forget(one);
    },
    aliases: () =>
      Object.fromEntries(
        kept.map(({ ImageName, described: { Version }, aliases }) => [
          ImageName === 'my-image' ? `${Version}` : `${ImageName}/${Version}`,
          aliases,
        ]),
      ),

    createImageVersion: (input) =>
      call('createImageVersion', input, () => {
        const { ImageName = '', ClientToken: _, Aliases = [], ...metadata } = input;
        requireFree(ImageName, Aliases);
        const numbers = kept.filter((one) => one.ImageName === ImageName).map((one) => one.described.Version);
        const described = imageVersion(
          {
            ...withoutUndefined(metadata),
            Version: Math.max(0, ...numbers) + 1,
            ImageVersionStatus: 'CREATING',
            CreationTime: new Date(clock.now()),
            ContainerImage: undefined,
          },
          ImageName,
        );
        kept.push({ described, ImageName, aliases: [...Aliases], upcoming: created, isDeleted: false });
        return versionArn(described.Version, ImageName);
      }),

    describeImageVersion: (input) =>
      call('describeImageVersion', input, () => {
        const one = find(input);
        return one && look(one);
      }),

    describeNewestImageVersion: (input) =>
      call('describeNewestImageVersion', input, () =>
        kept
          .filter(({ ImageName }) => ImageName === input.ImageName)
          .map(({ described }) => described)
          .toSorted((one, other) => other.Version - one.Version)
          .at(0),
      ),

    describeImageVersionByAlias: (input) =>
      call('describeImageVersionByAlias', input, () => {
        const one = kept.find(
          ({ ImageName, aliases }) => ImageName === input.ImageName && aliases.includes(input.Alias),
        );
        return one?.described;
      }),

    updateImageVersion: (input) =>
      call('updateImageVersion', input, () => {
        const { ImageName = '', Version = 0, AliasesToAdd = [], AliasesToDelete = [], ...metadata } = input;
        const one = find({ ImageName, Version });
        if (one === undefined)
          throw new ProviderError('NotFound', `There is no version ${Version}.`, {
            worthwhileMs: Number.POSITIVE_INFINITY,
          });
        requireFree(ImageName, AliasesToAdd, one);
        one.aliases = [...one.aliases.filter((alias) => !AliasesToDelete.includes(alias)), ...AliasesToAdd];
        const LastModifiedTime = new Date(clock.now());
        one.described = { ...one.described, ...withoutUndefined(metadata), LastModifiedTime };
      }),

    deleteImageVersion: (input) =>
      call('deleteImageVersion', input, () => {
        const one = find(input);
        if (one === undefined || one.isDeleted) return;
        one.isDeleted = true;
        one.upcoming = deleted;
      }),

    listAliases: (input, retry = (attempt) => attempt()) =>
      retry(() =>
        call('listAliases', input, () =>
          kept
            .filter(
              (one) =>
                one.ImageName === input.ImageName && one.described.Version === (input.Version ?? one.described.Version),
            )
            .flatMap(({ aliases }) => aliases),
        ),
      ),
  };
}

function withoutUndefined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** As the adapter puts a ResourceInUse. */
export function inUse(said: string): ProviderError {
  return new ProviderError('ResourceConflict', `SageMaker refused: ResourceInUse: ${said}`, {
    worthwhileMs: Number.POSITIVE_INFINITY,
  });
}

/** As the adapter puts a ThrottlingException. */
export function throttled(): ProviderError {
  return new ProviderError('Throttling', 'SageMaker refused: ThrottlingException: Rate exceeded.', {
    worthwhileMs: Number.POSITIVE_INFINITY,
  });
}

/** As the adapter puts a connection that breaks. */
export function unreachable(): ProviderError {
  return new ProviderError('NetworkFailure', 'SageMaker could not be reached (ECONNRESET).', {
    worthwhileMs: Number.POSITIVE_INFINITY,
  });
}

/** As the adapter puts an AccessDeniedException. */
export function accessDenied(): ProviderError {
  return new ProviderError('AccessDenied', 'SageMaker refused: AccessDeniedException: Not authorized.');
}

/** As the adapter puts a ValidationException. */
export function invalidState(): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    'SageMaker refused: ValidationException: Image my-image is in an invalid state.',
  );
}

/** As the adapter puts an answer of status 500. */
export function failing(): ProviderError {
  return new ProviderError('GeneralServiceException', 'SageMaker refused: InternalFailure.', {
    worthwhileMs: Number.POSITIVE_INFINITY,
  });
}
