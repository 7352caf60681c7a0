/**
 * What an operation is: the shape of its input, and what it does to the state once the input is in order. One is made
 * by `reading` or `modifying` in each file of `operations/`.
 */
import type { Json } from '../json.ts';
import type { Random } from '../random.ts';
import { ApiError } from './api-answer.ts';
import type { SageMakerSettings } from './settings.ts';
import type { Shape } from './shapes.ts';
import type { ImageRecord, State } from './state.ts';

/** What an operation works on, for one call. */
export interface Call {
  readonly state: State;
  readonly settings: SageMakerSettings;
  /** The instant at which the operation looks and writes. */
  readonly nowMs: number;
  readonly random: Random;
  /**
   * To be called by a modification of an image that is there, after its last check and before its first write. Throws ResourceInUse
   * if the image was modified after this call came in, or is busy.
   */
  claim(image: ImageRecord): void;
}

export interface ApiOperation {
  /** Whether it takes the time of a modification between the checks of its input and its work. */
  readonly modifies: boolean;
  /**
   * Checks the input's constraints, and gives the work that is left: to check existence, then state, then conflict, and
   * to write. Both steps throw ApiError.
   */
  prepare(input: Json): (call: Call) => Json;
}

/** An operation that changes nothing. */
export function reading<T>(shape: Shape<T>, work: (input: T, call: Call) => Json): ApiOperation {
  return { modifies: false, prepare: prepare(shape, work) };
}

/** An operation that changes an image or one of its versions. */
export function modifying<T>(shape: Shape<T>, work: (input: T, call: Call) => Json): ApiOperation {
  return { modifies: true, prepare: prepare(shape, work) };
}

function prepare<T>(shape: Shape<T>, work: (input: T, call: Call) => Json): ApiOperation['prepare'] {
  return (input) => {
    const broken: string[] = [];
    const value = shape.read(input, '', broken);
    if (value === undefined) {
      const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
      throw new ApiError('ValidationException', `${count} detected: ${broken.join('; ')}`);
    }
    return (call) => work(value, call);
  };
}
