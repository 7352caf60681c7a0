/**
 * Finds the versions that have certain aliases. SageMaker lists aliases without their versions, so each version is
 * described by its alias.
 */
import { ProviderError } from '../errors.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import type { Actual } from './changes.ts';
import { adoptionIn } from './ownership.ts';
import type { RequestContext } from './request-context.ts';

/** How long SageMaker may list an alias that no version has any more. An assumption: see stabilize.ts. */
const listedPatienceMs = 60_000;

/**
 * The versions of an image, found by their ownership aliases. It describes each version once, because its number and its
 * CreationTime never change. It makes one call at a time, because SageMaker throttles many calls at once.
 */
export class OwnedVersions {
  #listed: readonly string[] = [];
  readonly #context: RequestContext;
  readonly #ImageName: string;
  readonly #described = new Map<string, ImageVersion>();

  constructor(context: RequestContext, ImageName: string) {
    this.#context = context;
    this.#ImageName = ImageName;
  }

  /** Every version that has an alias for which `isOwn` is true. */
  find(isOwn: (alias: string) => boolean): Promise<readonly ImageVersion[]> {
    const ImageName = this.#ImageName;
    return this.#context.retry(async () => {
      this.#listed = await this.#context.imageVersions.listAliases({ ImageName });
      const versions: ImageVersion[] = [];
      for (const alias of this.#listed.filter(isOwn)) {
        const version = this.#described.get(alias) ?? (await versionWithAlias(this.#context, ImageName, alias));
        this.#described.set(alias, version);
        versions.push(version);
      }
      return versions;
    });
  }

  /** When this resource adopted a version that `find` has found; undefined if it did not. */
  adoptedAt({ Version }: ImageVersion): number | undefined {
    return adoptionIn(this.#context.request, Version, this.#listed)?.adoptedAt;
  }
}

/** An alias on a version. */
export interface HeldAlias {
  readonly Alias: string;
  readonly Version: number;
}

/** An alias on a version that SageMaker has described. */
export interface LocatedAlias extends HeldAlias, Actual {}

/** Groups the aliases by the version that has them. */
export function byVersion<H extends HeldAlias>(held: readonly H[]): ReadonlyMap<number, readonly H[]> {
  const groups = new Map<number, H[]>();
  for (const one of held) groups.set(one.Version, [...(groups.get(one.Version) ?? []), one]);
  return groups;
}

/** Aliases that SageMaker has just listed, and versions that the provider has just read. */
export interface ListedAliases {
  readonly ImageName: string;
  readonly aliases: readonly string[];
  readonly known?: readonly Actual[] | undefined;
}

/**
 * Finds the versions with the aliases. Each version is read once, however many of the aliases it has.
 *
 * @throws ProviderError as `versionWithAlias` does
 */
export async function locateAliases(
  context: RequestContext,
  { ImageName, aliases: listed, known = [] }: ListedAliases,
): Promise<readonly LocatedAlias[]> {
  const versions = [...known];
  const located: LocatedAlias[] = [];
  for (const Alias of listed) {
    let actual = versions.find(({ aliases }) => aliases.includes(Alias));
    if (actual === undefined) {
      const version = await versionWithAlias(context, ImageName, Alias);
      actual = { version, aliases: await context.imageVersions.listAliases({ ImageName, Version: version.Version }) };
      versions.push(actual);
    }
    located.push({ ...actual, Alias, Version: actual.version.Version });
  }
  return located;
}

/**
 * The version with an alias that SageMaker has just listed.
 *
 * @throws ProviderError ResourceConflict, worth another try for a minute, if SageMaker describes none: the version has
 *   just lost the alias, or the role may not describe it. SageMaker's answer does not show which
 */
export async function versionWithAlias(
  { imageVersions }: RequestContext,
  ImageName: string,
  Alias: string,
): Promise<ImageVersion> {
  const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
  if (version) return version;
  const reason =
    `Image ${ImageName} has the alias ${Alias}, but SageMaker does not describe the version that has this alias. ` +
    "Check that the provider's role may call sagemaker:DescribeImageVersion, then try again.";
  throw new ProviderError('ResourceConflict', reason, { worthwhileMs: listedPatienceMs });
}
