/**
 * The PhysicalResourceIds that the provider returns, and those that it receives: an ImageVersionArn, or a marker id if a
 * Create failed. The marker id tells the Delete that follows what to look for.
 */
import { tryParseArn } from '../sagemaker/image-version-arn.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';

export type PhysicalResourceId =
  | { readonly kind: 'image version'; readonly version: VersionOfImage }
  /** The request created nothing, or what it created is gone. */
  | { readonly kind: 'not created' }
  /** The request (named by `requestHash`) may have created a version. */
  | { readonly kind: 'unconfirmed'; readonly request: string }
  /** SageMaker denied the request even a look. Only another delivery of it may have created a version. */
  | { readonly kind: 'denied'; readonly request: string }
  /** CloudFormation made the id up, because it cancelled the Create. */
  | { readonly kind: 'invented' };

const notCreatedPrefix = 'not-created/';
const unconfirmedPrefix = 'unconfirmed/';
const deniedPrefix = 'denied/';

/** The marker id of a Create that left nothing behind. */
export function notCreatedId(request: string): string {
  return `${notCreatedPrefix}${request}`;
}

/** The marker id of a Create that may have left a version behind. */
export function unconfirmedId(request: string): string {
  return `${unconfirmedPrefix}${request}`;
}

/** The marker id of a Create that SageMaker denied everything. */
export function deniedId(request: string): string {
  return `${deniedPrefix}${request}`;
}

/** @param declaredImageNames values of ImageName in templates, if any: see `tryParseArn` */
export function parsePhysicalResourceId(id: string, ...declaredImageNames: readonly unknown[]): PhysicalResourceId {
  const version = tryParseArn(id, ...declaredImageNames);
  if (version) return { kind: 'image version', version };
  if (id.startsWith(notCreatedPrefix)) return { kind: 'not created' };
  if (id.startsWith(unconfirmedPrefix)) return { kind: 'unconfirmed', request: id.slice(unconfirmedPrefix.length) };
  if (id.startsWith(deniedPrefix)) return { kind: 'denied', request: id.slice(deniedPrefix.length) };
  return { kind: 'invented' };
}
