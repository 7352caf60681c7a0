/** Studio's domains, user profiles, spaces and apps. Stacks create them; SageMaker only reads them here. */
import { isList, isMap, type Json, type JsonMap } from '../json.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** The members that identify a resource of each kind. */
export const studioKeys = {
  Domain: ['DomainId'],
  UserProfile: ['DomainId', 'UserProfileName'],
  Space: ['DomainId', 'SpaceName'],
  App: ['DomainId', 'UserProfileName', 'SpaceName', 'AppType', 'AppName'],
} as const;

export type StudioKind = keyof typeof studioKeys;

export interface StudioResource {
  readonly kind: StudioKind;
  /** As the Describe operation shows them. */
  readonly properties: JsonMap;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** The first resource that pins the version: CustomImages by its number, or a ResourceSpec by its ARN or an alias. */
export function userOf(
  { ImageName, ImageArn }: ImageRecord,
  { Version, ImageVersionArn, Aliases }: ImageVersionRecord,
  studio: readonly StudioResource[],
): StudioResource | undefined {
  const pins = (value: Json): boolean => {
    if (isList(value)) return value.some(pins);
    if (!isMap(value)) return false;
    const { SageMakerImageArn, SageMakerImageVersionArn, SageMakerImageVersionAlias } = value;
    if (value['ImageName'] === ImageName && Number(value['ImageVersionNumber'] ?? 0) === Version) return true;
    if (SageMakerImageVersionArn === ImageVersionArn) return true;
    const isByAlias = SageMakerImageArn === ImageArn && Aliases.some((alias) => alias === SageMakerImageVersionAlias);
    return isByAlias || Object.values(value).some(pins);
  };
  return studio.find(({ properties }) => pins(properties));
}
