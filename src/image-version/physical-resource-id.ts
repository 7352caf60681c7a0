/**
 * The PhysicalResourceIds that the provider returns and receives: an ImageVersionArn, or a placeholder id if a Create,
 * or an Update of a placeholder id, failed. From a placeholder id, the Delete that follows reads what to look for.
 */
import { tryParseArn } from '../sagemaker/image-version-arn.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';

export type PhysicalResourceId =
  | { readonly kind: 'image version'; readonly version: VersionOfImage }
  /** The request created nothing, or what it created is gone. */
  | { readonly kind: 'not created' }
  /** The request may have created a version. */
  | { readonly kind: 'unconfirmed'; readonly requestHash: string }
  /** SageMaker denied the request access to the image. Only another delivery of it may have created a version. */
  | { readonly kind: 'denied'; readonly requestHash: string }
  /** Any other id. CloudFormation invents one for a Create that it has cancelled, or that nobody has answered. */
  | { readonly kind: 'invented' };

const notCreatedPrefix = 'not-created/';
const unconfirmedPrefix = 'unconfirmed/';
const deniedPrefix = 'denied/';

/** The placeholder id of a Create that left nothing behind. */
export function notCreatedId(requestHash: string): string {
  return `${notCreatedPrefix}${requestHash}`;
}

/** The placeholder id of a request that may have left a version behind. */
export function unconfirmedId(requestHash: string): string {
  return `${unconfirmedPrefix}${requestHash}`;
}

/** The placeholder id of a request to which SageMaker denied access to the image. */
export function deniedId(requestHash: string): string {
  return `${deniedPrefix}${requestHash}`;
}

/** @param declaredImageNames values of ImageName in templates, if any: see `tryParseArn` */
export function parsePhysicalResourceId(id: string, ...declaredImageNames: readonly unknown[]): PhysicalResourceId {
  const version = tryParseArn(id, ...declaredImageNames);
  if (version) return { kind: 'image version', version };
  if (id.startsWith(notCreatedPrefix)) return { kind: 'not created' };
  if (id.startsWith(unconfirmedPrefix)) return { kind: 'unconfirmed', requestHash: id.slice(unconfirmedPrefix.length) };
  if (id.startsWith(deniedPrefix)) return { kind: 'denied', requestHash: id.slice(deniedPrefix.length) };
  return { kind: 'invented' };
}
