/**
 * An operation: the shape of its input, and its work on the state once the input is valid. Each file of `operations/`
 * makes one with `reading` or `modifying`.
 */
import type { Json } from '../json.ts';
import type { Random } from '../random.ts';
import { ApiError } from './api-answer.ts';
import type { SageMakerSettings } from './settings.ts';
import type { Shape } from './shapes.ts';
import type { ImageRecord, State } from './state.ts';

/** One call, as its operation sees it. */
export interface Call {
  readonly state: State;
  readonly settings: SageMakerSettings;
  /** The instant at which the operation reads and writes the state. */
  readonly nowMs: number;
  readonly random: Random;
  /**
   * Call it to modify an existing image, after the last check and before the first write. Throws ResourceInUse if the
   * image was modified after this call arrived, or is busy.
   */
  claim(image: ImageRecord): void;
}

export interface ApiOperation {
  /** Whether `lockWindowMs` passes between the checks of its input and its work. */
  readonly modifies: boolean;
  /**
   * Checks the constraints of the input and returns the rest of the work: to check existence, then state, then
   * conflicts, and to write. Both steps throw ApiError.
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
