/**
 * What scenarios ask of the provider that is tried: to run over ports instead of a network. It keeps its own SDK, whose
 * serialised requests go to the sandbox's endpoints.
 */

import type { InProcessHandler } from '../sandbox/lambda/in-process-executor.ts';
import type { Random } from '../sandbox/random.ts';
import type { Clock } from '../src/clock.ts';

/** A request as the SDK has serialised it. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Rejects where the connection breaks, or with the signal's reason as soon as it aborts. */
export type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;

/** Everything that one invocation of the provider reaches the harness through. */
export interface Ports {
  /** The signals of its timeouts tell whose call an exchange is. */
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: Random;
  /** Makes a call for the invocation, which may die before or after it. */
  atCrashPoint<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** PUTs a response; answers the HTTP status. */
  put(url: string, body: string, signal: AbortSignal): Promise<number>;
  log(line: string): void;
}

export interface Provider {
  /** Makes the parts that all invocations share. */
  connect(endpoints: { readonly sageMaker: Exchange; readonly cloudFormation: Exchange }): ConnectedProvider;
}

export interface ConnectedProvider {
  /** The handler for one invocation of one of the functions in the provider's template. */
  handlerFor(LogicalResourceId: string, ports: Ports): InProcessHandler;
}
