/**
 * The PhysicalResourceIds that the provider answers with, and the ones it meets in return: an ImageVersionArn, or a
 * marker where a Create failed, so that the Delete that CloudFormation sends next knows what there is to look for.
 */
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import { versionOfImage } from './image-version-arn.ts';

export type PhysicalResourceId =
  | { readonly kind: 'image version'; readonly version: VersionOfImage }
  /** Nothing was made, or it is confirmed gone. */
  | { readonly kind: 'not created' }
  /** A version may have been made by this request (as `requestHash` in ownership.ts names it). */
  | { readonly kind: 'unconfirmed'; readonly request: string }
  /** The request was not even allowed to look; only another delivery of it, that was, may have made a version. */
  | { readonly kind: 'denied'; readonly request: string }
  /** CloudFormation made it up, because it stopped waiting for a Create. */
  | { readonly kind: 'invented' };

const notCreatedPrefix = 'not-created/';
const unconfirmedPrefix = 'unconfirmed/';
const deniedPrefix = 'denied/';

/** The marker id of a Create that has left nothing behind. */
export function notCreatedId(request: string): string {
  return `${notCreatedPrefix}${request}`;
}

/** The marker id of a Create that may have left a version behind. */
export function unconfirmedId(request: string): string {
  return `${unconfirmedPrefix}${request}`;
}

/** The marker id of a Create that SageMaker has denied everything. */
export function deniedId(request: string): string {
  return `${deniedPrefix}${request}`;
}

/** @param declaredImageNames what templates have as ImageName, if anything: see `versionOfImage` */
export function parsePhysicalResourceId(id: string, ...declaredImageNames: readonly unknown[]): PhysicalResourceId {
  const version = versionOfImage(id, ...declaredImageNames);
  if (version) return { kind: 'image version', version };
  if (id.startsWith(notCreatedPrefix)) return { kind: 'not created' };
  if (id.startsWith(unconfirmedPrefix)) return { kind: 'unconfirmed', request: id.slice(unconfirmedPrefix.length) };
  if (id.startsWith(deniedPrefix)) return { kind: 'denied', request: id.slice(deniedPrefix.length) };
  return { kind: 'invented' };
}
