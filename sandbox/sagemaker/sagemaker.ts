/**
 * A simulated SageMaker with images and image versions. `server.ts` serves it over HTTP; the simulated CloudFormation
 * calls it in process.
 * The steps of a call are: interceptors, name of the operation, types and constraints of the input, the time that a
 * modification takes, and then the operation, which checks existence, state and conflicts in this order.
 */
import type { TimeAndChance } from '../clock.ts';
import { type Json, ownEntry } from '../json.ts';
import { randomUuid } from '../random.ts';
import { type ApiAnswer, ApiError, successAnswer, throwApiError } from './api-answer.ts';
import type { Call } from './checks.ts';
import { readInput, shapeOutput } from './model.ts';
import * as imageVersions from './operations/image-versions.ts';
import * as images from './operations/images.ts';
import * as studioOperations from './operations/studio.ts';
import type { SageMakerSettings } from './settings.ts';
import { emptyState, type State } from './state.ts';
import type { StudioResource } from './studio.ts';
import { settle } from './transitions.ts';

const operations: Readonly<Record<string, (input: never, call: Call) => object>> = {
  ...images,
  ...imageVersions,
  ...studioOperations,
};

/** Answers a call itself, calls `next`, or does both. `traceId` is the header X-Amzn-Trace-Id of a call over HTTP. */
export type Interceptor = (
  operation: string,
  input: Json,
  next: () => Promise<ApiAnswer>,
  traceId: string | undefined,
) => Promise<ApiAnswer>;

/** Is called with every call after its answer. */
type CallObserver = (operation: string, input: Json, answer: ApiAnswer) => void;

export type SageMaker = ReturnType<typeof createSageMaker>;

interface SageMakerDependencies extends TimeAndChance {
  /** The state to start from. */
  readonly snapshot?: State | undefined;
  /** What Studio consists of now. */
  readonly studio?: () => readonly StudioResource[];
}

export function createSageMaker(
  settings: SageMakerSettings,
  { clock, random, snapshot = emptyState, studio = () => [] }: SageMakerDependencies,
) {
  const state: State = structuredClone(snapshot);
  const interceptors: Interceptor[] = [];
  const observers: CallObserver[] = [];
  const past = createPast(settings.staleness.longestMs, state);

  async function answer(operation: string, input: Json): Promise<ApiAnswer> {
    const requestId = randomUuid(random);
    try {
      return successAnswer(await carryOut(operation, input), requestId);
    } catch (error) {
      if (error instanceof ApiError) return error.toAnswer(requestId);
      throw error;
    }
  }

  async function carryOut(name: string, input: Json): Promise<unknown> {
    const modificationsSeen = state.modifications;
    const operation =
      ownEntry(operations, name) ?? throwApiError('UnknownOperationException', `Unknown operation: ${name}`);
    const given = readInput(name, input);
    const modifies = !/^(Describe|List)/.test(name);
    if (modifies && settings.lockWindowMs > 0) await clock.sleep(settings.lockWindowMs);
    const behindMs = modifies ? 0 : settings.staleness.behindMs(name);
    const nowMs = clock.now() - behindMs;

    const call: Call = {
      state: behindMs > 0 ? past.stateAt(nowMs) : state,
      settings,
      nowMs,
      random,
      studio,
      claim(image) {
        if (image.modification > modificationsSeen)
          throwApiError('ResourceInUse', 'Resource was modified concurrently');
        const isBusy = image.versions.some(({ ImageVersionStatus }) => ImageVersionStatus === 'CREATING');
        if (isBusy && settings.switches.imageWhileVersionIsCreated === 'busy')
          throwApiError('ResourceInUse', `Image ${image.ImageName} is in use: a version of it is being created.`);
        state.modifications += 1;
        image.modification = state.modifications;
      },
    };
    settle(call.state, nowMs);
    // The compiler does not know that this input is the operation's own: it has been read as the model says.
    const output = operation(given as never, call);
    if (modifies) past.keep(nowMs, state);
    return shapeOutput(name, output);
  }

  return {
    /** Makes a call as a client would. It rejects only if an interceptor does, or for an error of the sandbox. */
    async call(operation: string, input: Json, traceId?: string): Promise<ApiAnswer> {
      const chain = interceptors.reduceRight<() => Promise<ApiAnswer>>(
        (next, interceptor) => () => interceptor(operation, input, next, traceId),
        () => answer(operation, input),
      );
      const given = await chain();
      for (const observer of observers) observer(operation, input, given);
      return given;
    },
    /** Puts `interceptor` in front of the existing ones. Returns a function that removes it. */
    intercept: (interceptor: Interceptor) => added(interceptors, interceptor),
    /** Calls `observer` with every call from now on. Returns a function that stops this. */
    onCall: (observer: CallObserver) => added(observers, observer),
    /** The state at this instant. Not to be changed. */
    state(): State {
      settle(state, clock.now());
      return state;
    },
    /** Everything it remembers, to start another one from. */
    snapshot: () => structuredClone(state),
  };
}

/** The states that reads may still show: each from one modification to the next. */
function createPast(longestMs: number, initial: State) {
  const kept = [{ fromMs: Number.NEGATIVE_INFINITY, state: structuredClone(initial) }];
  return {
    /** Keeps the state that a modification has just made. */
    keep(nowMs: number, state: State): void {
      if (longestMs === 0) return;
      while (kept[1] !== undefined && kept[1].fromMs <= nowMs - longestMs) kept.shift();
      kept.push({ fromMs: nowMs, state: structuredClone(state) });
    },
    /** A copy of the state at that instant, before the changes that were due by then. */
    stateAt(atMs: number): State {
      return structuredClone(kept.findLast(({ fromMs }) => fromMs <= atMs)?.state ?? initial);
    },
  };
}

function added<T>(list: T[], item: T): () => void {
  list.unshift(item);
  return () => void list.splice(list.indexOf(item), 1);
}
