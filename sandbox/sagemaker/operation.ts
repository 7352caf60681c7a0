/** What an operation works with. The files of `operations/` have the operations: functions with the names of the API. */
import type { Random } from '../random.ts';
import type { SageMakerSettings } from './settings.ts';
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
