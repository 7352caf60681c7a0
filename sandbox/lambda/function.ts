/** A Lambda function in the sandbox: its configuration, the interface of what runs it, and its invocations. */
import type { TimeAndChance } from '../clock.ts';
import type { Json } from '../json.ts';
import { randomUuid } from '../random.ts';

export interface FunctionConfiguration {
  /** The logical id in the template that declares it. */
  readonly LogicalResourceId: string;
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Handler: string;
  readonly Runtime: string;
  /** The absolute path of the deployed folder. */
  readonly codePath: string;
  /** In seconds. */
  readonly Timeout: number;
  /** In MB. */
  readonly MemorySize: number;
  readonly Environment: Readonly<Record<string, string>>;
  /** LoggingConfig.LogGroup, or the log group that Lambda creates. */
  readonly LogGroupName: string;
  /** Another author wrote it: it may accept no ResponseURL but one on AWS's own host. */
  readonly answersOnlyAws?: true;
  readonly ApplicationLogLevel?: string;
  /** The alias that SAM publishes with every change of the code. EventInvokeConfig then applies only to this alias. */
  readonly AutoPublishAlias?: string;
  readonly EventInvokeConfig: {
    readonly MaximumRetryAttempts: number;
    readonly MaximumEventAgeInSeconds: number;
    /** The ARN of the function that gets the OnFailure record. */
    readonly OnFailure?: string;
  };
}

export interface InvocationContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  /** The instant at which Lambda ends the invocation, in milliseconds since the epoch. */
  readonly deadlineMs: number;
}

export type InvocationResult =
  | { readonly outcome: 'returned'; readonly payload: Json }
  | { readonly outcome: 'threw'; readonly errorType: string; readonly errorMessage: string }
  | { readonly outcome: 'timed out' }
  /** The process ended, or never started. */
  | { readonly outcome: 'exited'; readonly errorMessage: string };

/** Runs a function's invocations. Invocations at the same time run in different environments. */
export interface Executor {
  invoke(event: Json, context: InvocationContext): Promise<InvocationResult>;
  close(): Promise<void>;
}

/**
 * The name of an environment's log stream: `2026/01/31/[$LATEST]` and 32 hexadecimal digits.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
export function newLogStreamName({ clock, random }: TimeAndChance): string {
  const date = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomUuid(random).replaceAll('-', '')}`;
}

/**
 * The X-Ray trace header of an invocation; it contains the request id. The AWS SDKs send it with every call, so that a
 * simulated service knows its caller. Every attempt of an event has the same header.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function traceIdOf(awsRequestId: string): string {
  const digits = awsRequestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${digits.slice(16)};Sampled=0`;
}

/** The request id in a trace header from `traceIdOf`; undefined for any other. */
export function awsRequestIdOf(traceId: string): string | undefined {
  const parts = /^Root=1-([0-9a-f]{8})-([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?:;|$)/.exec(traceId);
  return parts?.slice(1).join('-');
}

/** Lambda's defaults for a qualifier without settings. */
export const DEFAULT_EVENT_INVOKE_CONFIG = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 } as const;
