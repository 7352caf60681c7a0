/** What a invariant is to the checkInvariants. */
import type { Run, Step } from '../run.ts';

/** What the run's last step has broken, in a sentence each; nothing where the invariant holds. */
export type Invariant = (run: Run, step: Step) => readonly string[];

export interface Violation {
  readonly invariant: string;
  readonly found: string;
}
