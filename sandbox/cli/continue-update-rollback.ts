/** `continue-update-rollback`: a rollback of the kept sandbox that got stuck goes on. */
import type { CloudFormation } from '../cloudformation/cloudformation.ts';
import { type OperationOptions, operate, type Plan } from './operate.ts';
import type { WatchDependencies } from './watch.ts';

export interface ContinueOptions extends OperationOptions {
  /** Logical ids. */
  readonly resourcesToSkip?: readonly string[];
}

/** Goes on with the rollback. Resolves with whether it has come to its end. */
export async function continueUpdateRollback(
  options: ContinueOptions,
  dependencies: WatchDependencies,
): Promise<boolean> {
  const { stackName, resourcesToSkip: ResourcesToSkip = [] } = options;
  const plan = async (cloudFormation: CloudFormation): Promise<Plan> => {
    const triedAgain = cloudFormation.previewContinuation(stackName, { ResourcesToSkip });
    const told = [
      ...(triedAgain.length === 0 ? [] : [`To be tried again: ${triedAgain.join(', ')}.`]),
      ...(ResourcesToSkip.length === 0
        ? []
        : [`To be skipped, and taken for rolled back: ${ResourcesToSkip.join(', ')}.`]),
    ];
    return {
      changes: [],
      warnings: [],
      insteadOfChanges: told.join(' '),
      act: () => cloudFormation.continueUpdateRollback(stackName, { ResourcesToSkip }),
    };
  };
  return operate(options, ['UPDATE_ROLLBACK_COMPLETE'], plan, dependencies);
}
