/**
 * A Lambda function as the sandbox knows it: its configuration, read from a SAM template, and whatever runs it.
 */

import type { Clock } from '../../src/clock.ts';
import type { Json } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';

export interface FunctionConfiguration {
  /** The logical id in the template that declares it. */
  readonly LogicalResourceId: string;
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Handler: string;
  /** As `nodejs24.x`. */
  readonly Runtime: string;
  /** Absolute path of the folder that is deployed. */
  readonly codePath: string;
  /** In seconds. */
  readonly Timeout: number;
  /** In MB. */
  readonly MemorySize: number;
  readonly Environment: Readonly<Record<string, string>>;
  /** LoggingConfig.LogGroup, or else the one that Lambda makes. */
  readonly LogGroupName: string;
  /** LoggingConfig.ApplicationLogLevel. */
  readonly ApplicationLogLevel?: string;
  /** The alias that SAM publishes with every change of the code; EventInvokeConfig then holds for that alias alone. */
  readonly AutoPublishAlias?: string;
  readonly EventInvokeConfig: {
    readonly MaximumRetryAttempts: number;
    readonly MaximumEventAgeInSeconds: number;
    /** ARN of the function that gets the OnFailure record. */
    readonly OnFailure?: string;
  };
}

/** What Lambda tells a handler about the invocation. */
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
  /** The process ended, or never came up. */
  | { readonly outcome: 'exited'; readonly errorMessage: string };

/** Runs a function's invocations, one environment for each that runs at the same time. */
export interface Executor {
  invoke(event: Json, context: InvocationContext): Promise<InvocationResult>;
  /** Ends every environment. */
  close(): Promise<void>;
}

/**
 * Accepts an asynchronous invocation (InvocationType Event), as CloudFormation sends them. Returns at once, as Lambda's
 * 202 does; throws an Error named ResourceNotFound if no such function is known.
 */
export type InvokeEvent = (functionArn: string, event: Json) => void;

/**
 * Invokes synchronously (InvocationType RequestResponse); rejects with an Error named ResourceNotFound if no such
 * function is known.
 */
export type InvokeFunction = (functionArn: string, event: Json) => Promise<InvocationResult>;

/** `2026/01/31/[$LATEST]` and 32 hexadecimal digits. */
export function newLogStreamName({ clock, random }: { readonly clock: Clock; readonly random: Random }): string {
  const date = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomUuid(random).replaceAll('-', '')}`;
}

/** A trace that names the invocation's request; every attempt of an event has the same. */
export function traceIdOf(awsRequestId: string): string {
  const digits = awsRequestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${digits.slice(16)};Sampled=0`;
}

/** The request that a trace names; undefined for what `traceIdOf` has not made. */
export function awsRequestIdOf(traceId: string): string | undefined {
  const [, first, rest = ''] = /^Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/.exec(traceId) ?? [];
  if (first === undefined) return undefined;
  return [first, rest.slice(0, 4), rest.slice(4, 8), rest.slice(8, 12), rest.slice(12)].join('-');
}
