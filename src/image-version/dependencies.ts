/**
 * What the steps of a request work with. Made once for each invocation, in provider.ts.
 */
import type { Stacks } from '../cloudformation/stacks.ts';
import type { PersistDependencies } from '../persist.ts';
import type { ImageVersions } from '../sagemaker/image-versions.ts';

export interface StepDependencies extends PersistDependencies {
  readonly imageVersions: ImageVersions;
  readonly stacks: Stacks;
  /** When this invocation began, in milliseconds since the epoch. */
  readonly begunAt: number;
}
