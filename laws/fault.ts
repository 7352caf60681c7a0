/**
 * What may go wrong during an operation, as data. `faultInjector.ts` makes it happen. All numbers count from 1, from the
 * beginning of the operation; `count` is how many in a row are hit.
 */
import type { CallDisturbance, VersionOperation } from '../sandbox/sagemaker/disturbed-call.ts';

export type Fault =
  | CallFault
  | PermissionFault
  | ChangeFault
  | DeliveryFault
  | ApiFault
  | AttemptFault
  | KillFault
  | BrokenFault;

/** To the nth call of a SageMaker operation. */
export interface CallFault {
  readonly on: 'call';
  readonly operation: VersionOperation;
  readonly nth: number;
  readonly count: number;
  /** What is denied is denied for longer: see `PermissionFault`. */
  readonly does: (typeof callDisturbances)[number];
}

/** From the nth of these calls on SageMaker denies the provider each of them, until the operation has ended. */
export interface PermissionFault {
  readonly on: 'permissions';
  readonly denied: VersionOperation | 'everything';
  readonly nth: number;
}

/** The nth version that is created, or deleted, ends in CREATE_FAILED or DELETE_FAILED. */
export interface ChangeFault {
  readonly on: 'creation' | 'deletion';
  readonly nth: number;
  readonly count: number;
}

/** To the nth PUT of a response. */
export interface DeliveryFault {
  readonly on: 'delivery';
  readonly nth: number;
  readonly count: number;
  readonly does: (typeof deliveryDisturbances)[number];
}

/** To the nth call of CloudFormation's API. */
export interface ApiFault {
  readonly on: 'CloudFormation';
  readonly nth: number;
  readonly count: number;
}

/** To the nth attempt of Lambda to deliver a request to the provider. */
export type AttemptFault = { readonly on: 'attempt'; readonly nth: number } & (
  | { readonly does: 'throttle'; readonly count: number }
  | { readonly does: 'late'; readonly ms: number }
  /** It arrives twice, the second time so much later. */
  | { readonly does: 'duplicate'; readonly ms: number }
);

/** The nth invocation of a function dies at the nth point where it calls, sleeps or delivers. */
export interface KillFault {
  readonly on: 'invocation';
  readonly nth: number;
  readonly function: 'ProviderFunction' | 'FailsafeFunction';
  readonly point: number;
  /** `hang`: Lambda sees it only when its time is over. */
  readonly does: 'exit' | 'hang';
}

/** No invocation of the provider comes further than its first line. */
export interface BrokenFault {
  readonly on: 'provider';
  readonly does: 'break';
}

export const callDisturbances = [
  'throttle',
  'fail',
  'in use',
  'reset before',
  'reset after',
  'hang after',
  'slow request',
  'slow answer',
] as const satisfies readonly CallDisturbance[];

export const deliveryDisturbances = ['status 503', 'status 403', 'hang', 'reset before', 'reset after'] as const;
