/**
 * Decides what an Update has to do. It is a pure comparison of the template with the actual version. The old
 * properties only show what somebody changed in the template.
 */
import type { ResourceProperties, UpdateRequest } from '../cloudformation/request.ts';
import { isSameName, tryParseArn } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, UpdateImageVersionRequest } from '../sagemaker/image-versions.ts';
import { declaredAliases, type ImageVersionProperties, isRefused } from './properties.ts';
import { type MetadataName, metadataNames, type Property, propertyNamed, propertyTable } from './property-table.ts';

/** A version, and all its aliases. */
export interface Actual {
  readonly version: ImageVersion;
  readonly aliases: readonly string[];
}

export type UpdateParameters = Omit<UpdateImageVersionRequest, 'ImageName' | 'Version' | 'Alias'>;

/** The properties of an Update: as read, and the new and the old ones as CloudFormation sent them. */
export interface Declared {
  readonly properties: ImageVersionProperties;
  readonly raw: ResourceProperties;
  readonly old: ResourceProperties;
}

export function declaredIn(
  { ResourceProperties, OldResourceProperties }: UpdateRequest,
  properties: ImageVersionProperties,
): Declared {
  return { properties, raw: ResourceProperties, old: OldResourceProperties };
}

/** The old properties. If the provider refused them, they had no effect: then this returns the new properties. */
function inForceBefore({ raw, old }: Declared): ResourceProperties {
  return isRefused(old) ? raw : old;
}

/** The aliases that somebody removed from the template. */
export function droppedAliases(declared: Declared): readonly string[] {
  const { Aliases } = declared.properties;
  return declaredAliases(inForceBefore(declared)).filter((alias) => !Aliases.includes(alias));
}

/** The aliases that somebody added to the template. */
export function newAliases(declared: Declared): readonly string[] {
  const before = declaredAliases(inForceBefore(declared));
  return declared.properties.Aliases.filter((alias) => !before.includes(alias));
}

/** What to update in a version that stays; undefined if nothing differs. */
export function changesInPlace(declared: Declared, actual: Actual): UpdateParameters | undefined {
  const parameters = { ...aliasChanges(declared, actual.aliases), ...metadataChanges(declared, actual.version) };
  return Object.keys(parameters).length === 0 ? undefined : parameters;
}

/**
 * Whether the version already has a part of what the template changes in place: an earlier delivery changed it, or
 * SageMaker's answer is out of date. A replacement does not count, because it leaves the old version as it was.
 */
export function isPartlyDone(declared: Declared, actual: Actual): boolean {
  const { raw } = declared;
  const old = inForceBefore(declared);
  const parameters: UpdateParameters = changesInPlace(declared, actual) ?? {};
  const { AliasesToAdd = [], AliasesToDelete = [] } = parameters;
  const isDone = (name: MetadataName) =>
    isChanged(name, raw, old) && !(name in parameters) && (raw[name] ?? neutralValue(name)) !== undefined;
  const isReplacing = (name: string) => propertyNamed(name)?.change === 'replacement' && isChanged(name, raw, old);
  if (Object.keys(propertyTable).some(isReplacing)) return false;
  return (
    newAliases(declared).some((alias) => !AliasesToAdd.includes(alias)) ||
    droppedAliases(declared).some((alias) => !AliasesToDelete.includes(alias)) ||
    metadataNames.some(isDone)
  );
}

/** Metadata that somebody removed from the template and that SageMaker cannot clear. */
export function keptMetadata(declared: Declared, actual: ImageVersion): readonly string[] {
  const { raw } = declared;
  const old = inForceBefore(declared);
  return metadataNames.filter(
    (name) =>
      old[name] !== undefined &&
      raw[name] === undefined &&
      actual[name] !== undefined &&
      neutralValue(name) === undefined,
  );
}

/**
 * Whether the Update rolls back a replacement that failed: the template changes ImageName or BaseImage to what the version
 * already has. If only Revision changes, the version does not show it, and `update.ts` asks CloudFormation.
 */
export function undoesReplacement(declared: Declared, actual: ImageVersion): boolean {
  const { otherImage, otherBase, changed } = differences(declared, actual);
  return !otherImage && !otherBase && (changed('ImageName') || changed('BaseImage'));
}

/**
 * Whether the Update needs a new version. A changed ImageName or BaseImage replaces the version only if the version
 * differs from it: in the rollback of a failed update, the template changes back to what the version already is. A
 * version does not show its Revision, so any change counts.
 */
export function isReplacement(declared: Declared, actual: ImageVersion): boolean {
  const { otherImage, otherBase, changed } = differences(declared, actual);
  return otherImage || otherBase || (changed('Revision') && !undoesReplacement(declared, actual));
}

/** Whether the template sets another value than before. Numbers and booleans are strings: see `ResourceProperties`. */
export function isChanged(name: string, raw: ResourceProperties, old: ResourceProperties): boolean {
  return written(raw[name]) !== written(old[name]);
}

/** A scalar as CloudFormation would write it, and a list or map as JSON; undefined where the template sets nothing. */
function written(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function differences({ properties, raw, old }: Declared, actual: ImageVersion) {
  const changed = (name: string) => isChanged(name, raw, old);
  return {
    changed,
    otherImage: changed('ImageName') && !isImageOf(actual, properties.ImageName, old['ImageName']),
    otherBase: changed('BaseImage') && actual.BaseImage !== properties.BaseImage,
  };
}

/** An ARN may have lost the case of the name, so the case counts only if the template changes nothing but the case. */
function isImageOf(actual: ImageVersion, ImageName: string, oldImageName: unknown): boolean {
  const inArn = tryParseArn(actual.ImageVersionArn)?.ImageName ?? '';
  const onlyCaseChanged = typeof oldImageName === 'string' && isSameName(oldImageName, ImageName);
  return onlyCaseChanged ? inArn === ImageName : isSameName(inArn, ImageName);
}

/** The provider does not touch aliases that neither the new nor the old template declares. */
function aliasChanges(declared: Declared, actual: readonly string[]): UpdateParameters {
  const added = declared.properties.Aliases.filter((alias) => !actual.includes(alias));
  const removed = droppedAliases(declared).filter((alias) => actual.includes(alias));
  return {
    ...(added.length > 0 && { AliasesToAdd: added }),
    ...(removed.length > 0 && { AliasesToDelete: removed }),
  };
}

function metadataChanges(declared: Declared, actual: ImageVersion): UpdateParameters {
  const { metadata } = declared.properties;
  const old = inForceBefore(declared);
  const differing = metadataNames.flatMap((name) => {
    const neutral = neutralValue(name);
    const desired = metadata[name] ?? (old[name] === undefined ? undefined : neutral);
    if (desired === undefined || desired === (actual[name] ?? neutral)) return [];
    return isArchivedAlready(name, desired, actual) ? [] : [[name, desired] as const];
  });
  return Object.fromEntries(differing);
}

/** SageMaker itself archives a version three months after somebody set it to TO_BE_ARCHIVED. */
function isArchivedAlready(name: MetadataName, desired: unknown, { VendorGuidance }: ImageVersion): boolean {
  return name === 'VendorGuidance' && desired === 'TO_BE_ARCHIVED' && VendorGuidance === 'ARCHIVED';
}

function neutralValue(name: MetadataName): Property['neutral'] {
  return propertyNamed(name)?.neutral;
}
