/** `delete`: a stack of the kept sandbox goes, with what belongs to it. */
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

/** Deletes the stack. Resolves with whether it is gone; one that never was is gone. */
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
        insteadOfChanges: 'Nothing is left to delete but the stack itself.',
        act: () => cloudFormation.deleteStack(stackName, { RetainResources }),
      };
    },
    dependencies,
  );
}

/** CloudFormation does not tell that an id is mistyped; the resource would be deleted. */
function checkRetained({ StackName, resources }: Stack, RetainResources: readonly string[]): void {
  const known = Object.values(resources)
    .filter((resource) => !isGone(resource))
    .map(({ LogicalResourceId }) => LogicalResourceId);
  const problems = RetainResources.filter((id) => !known.includes(id)).map(
    (id) => `--retain-resources ${id}: stack ${StackName} has no resource "${id}".${didYouMean(id, known)}`,
  );
  if (problems.length > 0) throw new UsageError(problems.join('\n'), 2);
}
