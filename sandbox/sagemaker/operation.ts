/**
 * An operation: the members of its input, and its work on the state once the input is valid. The files of `operations/`
 * make them with `reading` and `modifying`.
 */
import type { Json } from '../json.ts';
import type { Random } from '../random.ts';
import { throwApiError } from './api-answer.ts';
import type { SageMakerSettings } from './settings.ts';
import { type Members, type Structure, structure } from './shapes.ts';
import type { ImageRecord, State } from './state.ts';

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
   * conflicts, and to write. Both steps throw ApiError. The output goes through JSON: undefined members are left out.
   */
  prepare(input: Json): (call: Call) => object;
}

export function reading<R extends Members, O extends Members>(
  required: R,
  optional: O,
  work: (input: Structure<R, O>, call: Call) => object,
): ApiOperation {
  const shape = structure(required, optional);
  return {
    modifies: false,
    prepare(input) {
      const broken: string[] = [];
      const value = shape.read(input, '', broken);
      if (value !== undefined) return (call) => work(value, call);
      const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
      return throwApiError('ValidationException', `${count} detected: ${broken.join('; ')}`);
    },
  };
}

export const modifying: typeof reading = (...operation) => ({ ...reading(...operation), modifies: true });
