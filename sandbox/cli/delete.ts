/** `delete`: deletes a saved stack and its resources. */
import { isGone, type Stack } from '../cloudformation/stack.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { type OperationOptions, operate } from './operate.ts';
import { readSchema } from './provider-types.ts';
import { UsageError } from './usage-error.ts';
import { warningsOn } from './warnings.ts';
import type { WatchDependencies } from './watch.ts';

export interface DeleteOptions extends OperationOptions {
  /** Logical ids. */
  readonly retainResources?: readonly string[];
}

/** Deletes the stack. Resolves with whether the stack is gone, also if there never was one. */
export async function runDelete(options: DeleteOptions, dependencies: WatchDependencies): Promise<boolean> {
  const { stackName, packageRoot, retainResources: RetainResources = [] } = options;
  return operate(
    options,
    ['DELETE_COMPLETE'],
    async (cloudFormation, terminal) => {
      const stack = cloudFormation.findStack(stackName);
      if (stack === undefined) {
        terminal.line(`Nothing to do: there is no stack ${stackName}.`);
        return undefined;
      }
      const changes = cloudFormation.previewDeletion(stackName, { RetainResources });
      checkRetained(stack, RetainResources);
      return {
        changes,
        warnings: warningsOn({ changes, wanted: [], missingExports: [] }, stack, readSchema(packageRoot)),
        retained: RetainResources,
        insteadOfChanges: 'Only the stack itself is left to delete.',
        act: () => cloudFormation.deleteStack(stackName, { RetainResources }),
      };
    },
    dependencies,
  );
}

/** CloudFormation does not report a mistyped id, and deletes the resource. */
function checkRetained({ StackName, resources }: Stack, RetainResources: readonly string[]): void {
  const known = Object.values(resources)
    .filter((resource) => !isGone(resource))
    .map(({ LogicalResourceId }) => LogicalResourceId);
  const problems = RetainResources.filter((id) => !known.includes(id)).map(
    (id) => `--retain-resources ${id}: stack ${StackName} has no resource "${id}".${didYouMean(id, known)}`,
  );
  if (problems.length > 0) throw new UsageError(problems.join('\n'), 2);
}
