/**
 * Finds the domains, user profiles, spaces and apps that use a version: CustomImages names it by its number, and a
 * ResourceSpec by its ARN or by an alias. Both can also mean the latest version.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CustomImage.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceSpec.html
 */
import type { ImageVersions } from './image-versions.ts';
import type { StudioResource } from './studio.ts';

/** A version as it is now. */
export interface NamedVersion {
  readonly ImageName: string;
  readonly Version: number;
  /** Undefined if the version does not exist. A setting can still name it. */
  readonly ImageVersionArn: string | undefined;
  readonly aliases: readonly string[];
  readonly isLatest: boolean;
}

/** `Latest`: the setting names no version, and this is the latest one now. */
type NamedBy = 'ImageVersionNumber' | 'SageMakerImageVersionArn' | 'SageMakerImageVersionAlias' | 'Latest';

export interface Use {
  readonly Kind: StudioResource['Kind'];
  readonly Name: string;
  /** The path of the setting: `DefaultUserSettings.JupyterLabAppSettings.CustomImages[0]`. */
  readonly Setting: string;
  readonly By: NamedBy;
}

/** Looks at every setting at any depth, because AWS adds applications, each with settings of the same form. */
export function usesOf(version: NamedVersion, resources: readonly StudioResource[]): readonly Use[] {
  return resources.flatMap(({ Kind, name: Name, settings }) =>
    settingsIn(settings).flatMap(([Setting, setting]) => {
      const By = namedBy(setting, version);
      return By === undefined ? [] : [{ Kind, Name, Setting, By }];
    }),
  );
}

/** The version `image/number` as SageMaker describes it. */
export async function readVersion(name: string, { describe }: Pick<ImageVersions, 'describe'>): Promise<NamedVersion> {
  const [ImageName = '', number] = name.split('/');
  const Version = Number(number);
  const found = await describe(ImageName, Version);
  const latest = await describe(ImageName);
  return {
    ...{ ImageName, Version, ImageVersionArn: found?.ImageVersionArn },
    ...{ aliases: found?.aliases ?? [], isLatest: latest?.Version === Version },
  };
}

type Setting = Readonly<Record<string, unknown>>;

function settingsIn(value: object, path = ''): readonly (readonly [path: string, setting: Setting])[] {
  const inner = Object.entries(value).flatMap(([name, each]: [string, unknown]) => {
    if (typeof each !== 'object' || each === null) return [];
    const separator = path === '' ? '' : '.';
    return settingsIn(each, Array.isArray(value) ? `${path}[${name}]` : `${path}${separator}${name}`);
  });
  return [[path, { ...value }], ...inner];
}

function namedBy(setting: Setting, { ImageName, Version, aliases, isLatest, ...version }: NamedVersion) {
  if (setting['AppImageConfigName'] !== undefined && isSame(setting['ImageName'], ImageName)) {
    const number = setting['ImageVersionNumber'];
    if (number === undefined) return isLatest ? 'Latest' : undefined;
    return number === Version ? 'ImageVersionNumber' : undefined;
  }
  const { SageMakerImageArn, SageMakerImageVersionArn, SageMakerImageVersionAlias } = setting;
  // The ARN of a version has precedence; `None` clears it.
  if (SageMakerImageVersionArn !== undefined && SageMakerImageVersionArn !== 'None') {
    const { ImageVersionArn = arnLike(SageMakerImageVersionArn, ImageName, Version) } = version;
    return isSame(SageMakerImageVersionArn, ImageVersionArn) ? 'SageMakerImageVersionArn' : undefined;
  }
  const imageArn = version.ImageVersionArn?.replace(':image-version/', ':image/').replace(/\/\d+$/, '');
  if (imageArn === undefined || !isSame(SageMakerImageArn, imageArn)) return undefined;
  if (SageMakerImageVersionAlias === undefined) return isLatest ? 'Latest' : undefined;
  return aliases.some((alias) => alias === SageMakerImageVersionAlias) ? 'SageMakerImageVersionAlias' : undefined;
}

/** The ARN of a version that no longer exists: in the account of the setting that still names it. */
function arnLike(arn: unknown, ImageName: string, Version: number): string {
  return `${String(arn).split(':').slice(0, 5).join(':')}:image-version/${ImageName}/${Version}`;
}

/** Ignores case, because AWS does not document whether ARNs keep that of an image's name. */
function isSame(one: unknown, other: string): boolean {
  return typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
}
