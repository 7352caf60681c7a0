/** What a fault is once it has been read: what it is called, and whom it is about. */
import type { VersionOperation } from '../../sagemaker/disturbed-call.ts';

export type Fault = CallFault | ChangeFault | RequestFault | BucketFault | BrokenFault;

/** A fault with what was written behind `--fault`. */
export type AskedFault = Fault & { readonly given: string };

/** To calls of SageMaker about versions. */
export interface CallFault {
  readonly name: (typeof callFaults)[number];
  readonly operations: readonly VersionOperation[];
  /** The first so many of these calls, or of each call this share, from 0 to 1. */
  readonly hits: { readonly first: number } | { readonly share: number };
}

/** To every version whose BaseImage contains `text`. */
export interface ChangeFault {
  readonly name: 'create-failed' | 'delete-failed';
  readonly text: string;
}

/** To each request of CloudFormation on its way through Lambda. */
export type RequestFault =
  | { readonly name: 'late'; readonly ms: number }
  | { readonly name: 'duplicate'; readonly ms: number }
  | { readonly name: 'lambda-throttle'; readonly first: number };

/** To the first so many responses. */
export interface BucketFault {
  readonly name: 'bucket-refuses';
  readonly first: number;
}

/** To every invocation of the provider. */
export interface BrokenFault {
  readonly name: 'break';
}

export const callFaults = [
  'throttle',
  'fail',
  'in-use',
  'access-denied',
  'reset',
  'lost-answer',
  'slow',
  'hang',
  'kill',
] as const;
