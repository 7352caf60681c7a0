/** `delete`: a stack of the kept sandbox goes, with what belongs to it. */
import { type OperationOptions, operate } from './operate.ts';
import type { WatchDependencies } from './watch.ts';

/** Deletes the stack. Resolves with whether it is gone; one that never was is gone. */
export async function deleteStack(options: OperationOptions, dependencies: WatchDependencies): Promise<boolean> {
  const { stackName } = options;
  return operate(
    options,
    ['DELETE_COMPLETE'],
    async (cloudFormation, terminal) => {
      if (cloudFormation.findStack(stackName) === undefined) {
        terminal.line(`Nothing to do: there is no stack ${stackName}.`);
        return undefined;
      }
      const changes = cloudFormation.previewDeletion(stackName);
      return { changes, act: () => cloudFormation.deleteStack(stackName) };
    },
    dependencies,
  );
}
