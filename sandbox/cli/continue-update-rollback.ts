/** `continue-update-rollback`: continues the failed rollback of a saved stack. */
import type { CloudFormation } from '../cloudformation/cloudformation.ts';
import { type OperationOptions, operate, type Plan } from './operate.ts';
import type { WatchDependencies } from './watch.ts';

export interface ContinueOptions extends OperationOptions {
  /** Logical ids. */
  readonly resourcesToSkip?: readonly string[];
}

/** Continues the rollback. Resolves with whether it is complete. */
export async function continueUpdateRollback(
  options: ContinueOptions,
  dependencies: WatchDependencies,
): Promise<boolean> {
  const { stackName, resourcesToSkip: ResourcesToSkip = [] } = options;
  const plan = async (cloudFormation: CloudFormation): Promise<Plan> => {
    const retried = cloudFormation.previewContinuation(stackName, { ResourcesToSkip });
    const sentences = [
      ...(retried.length === 0 ? [] : [`Will be tried again: ${retried.join(', ')}.`]),
      ...(ResourcesToSkip.length === 0
        ? []
        : [`Will be skipped, and treated as rolled back: ${ResourcesToSkip.join(', ')}.`]),
    ];
    return {
      changes: [],
      warnings: [],
      insteadOfChanges: sentences.join(' '),
      act: () => cloudFormation.continueUpdateRollback(stackName, { ResourcesToSkip }),
    };
  };
  return operate(options, ['UPDATE_ROLLBACK_COMPLETE'], plan, dependencies);
}
