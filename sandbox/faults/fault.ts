/**
 * The faults that the sandbox can inject, as data. `fault-injector.ts` makes them happen. Everything is counted from 1;
 * a fault counts only what no other fault has answered before.
 */

export type Fault =
  | CallFault
  | ChangeFault
  | ApiFault
  | AttemptFault
  | KillFault
  | PersonFault
  /** For a while, reads show the state of some time ago. Writes always work on the present state. */
  | {
      readonly on: 'reads';
      readonly operations: readonly (typeof staleOperations | typeof stackOperations)[number][];
      readonly behindMs: number;
      /** From this time after the faults have begun, reads are stale for so long. */
      readonly afterMs: number;
      readonly ms: number;
    }
  /** A token bucket: a call about versions takes a token, or is throttled. Tokens come back evenly. */
  | { readonly on: 'rate'; readonly capacity: number; readonly perSecond: number }
  | (Hits & { readonly on: 'delivery'; readonly does: (typeof deliveryEffects)[number] })
  /** No invocation of the provider gets past its first line. */
  | { readonly on: 'provider'; readonly does: 'break' };

/** The operations that a provider of versions calls. */
export const versionOperations = [
  'CreateImageVersion',
  'DescribeImageVersion',
  'UpdateImageVersion',
  'DeleteImageVersion',
  'ListAliases',
] as const;
export type VersionOperation = (typeof versionOperations)[number];

/** What can happen to a call, with what SageMaker then does. */
export const callEffects = [
  'throttle', // ThrottlingException
  'fail', // InternalFailure
  'in-use', // ResourceInUse
  'access-denied', // AccessDeniedException
  'reset', // The connection breaks before the call arrives
  'lost-answer', // The call is carried out, and the connection breaks before its answer
  'slow-request', // The call arrives late
  'slow', // The answer comes late
  'hang', // The call is carried out and never answered
  'kill', // The call is carried out, and the invocation that has made it is killed
] as const;

/** The operations whose answers can be stale. */
export const staleOperations = ['DescribeImageVersion', 'ListAliases'] as const;

export const deliveryEffects = ['status 503', 'status 403', 'hang', 'reset', 'lost-answer'] as const;

export const apiEffects = ['throttle', 'fail', 'access-denied', 'reset'] as const;

/** The operations of CloudFormation's API that a provider asks. */
export const stackOperations = ['DescribeStacks', 'DescribeStackResource', 'DescribeStackEvents'] as const;

export const personActs = ['move-alias', 'create-version', 'delete-version', 'create-image-again'] as const;

/** A `count` that does not end. A number, so that JSON can hold it. */
export const forever = 1_000_000_000;

/** Hits the nth one and those that follow it, `count` in all. */
export interface Hits {
  readonly nth: number;
  readonly count: number;
  /** The probability with which each of them is hit, from 0 to 1; without it, all are. */
  readonly share?: number;
}

/** Hits calls of SageMaker's operations about versions. */
export interface CallFault extends Hits {
  readonly on: 'call';
  readonly operations: readonly VersionOperation[];
  readonly does: (typeof callEffects)[number];
}

/** Versions that are created, or deleted, end in CREATE_FAILED or DELETE_FAILED. */
interface ChangeFault extends Hits {
  readonly on: 'creation' | 'deletion';
  /** Hits only versions whose BaseImage contains this text. */
  readonly text?: string;
}

/** Hits calls of CloudFormation's API. */
export interface ApiFault extends Hits {
  readonly on: 'CloudFormation';
  readonly does: (typeof apiEffects)[number];
  /** Without it, calls of every operation are hit. */
  readonly operations?: readonly (typeof stackOperations)[number][];
}

/** Hits attempts of Lambda to deliver a request. */
type AttemptFault = Hits & {
  readonly on: 'attempt';
  /** Whether only the first attempt for each request counts. */
  readonly isFirstOnly?: boolean;
} & (
    | { readonly does: 'throttle' /** How often the request is throttled in all. */; readonly times: number }
    /** The request, or a second delivery of it, arrives so much later. */
    | { readonly does: 'late' | 'duplicate'; readonly ms: number }
  );

/** The nth invocation of a function is killed at its nth crash point: a call, a sleep or a delivery. */
export interface KillFault {
  readonly on: 'invocation';
  readonly nth: number;
  readonly function: 'ProviderFunction' | 'FailsafeFunction';
  readonly point: number;
  /** `hang`: Lambda notices it only when the invocation's time is over. */
  readonly does: 'exit' | 'hang';
}

/**
 * A person changes an image by hand, so long after the faults have begun. `move-alias` gives `Alias` to a version of the
 * person's own. `delete-version` deletes the version that has `Alias`, or else the newest one that is not the person's own.
 * `create-image-again` deletes the image with all its versions before that.
 */
export interface PersonFault {
  readonly on: 'person';
  readonly does: (typeof personActs)[number];
  readonly ImageName: string;
  readonly Alias: string;
  readonly afterMs: number;
}

/** Whether SageMaker denies calls because of it. */
export function isDenial(fault: Fault): fault is CallFault & { readonly does: 'access-denied' } {
  return fault.on === 'call' && fault.does === 'access-denied';
}

/** Whether CloudFormation denies answers for good because of it. */
export function isSilence(fault: Fault): boolean {
  return fault.on === 'CloudFormation' && fault.does === 'access-denied';
}
