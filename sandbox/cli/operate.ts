/** One operation on a stack of the kept sandbox: done, shown, kept. */
import type { CloudFormation, OperationResult } from '../cloudformation/cloudformation.ts';
import { type HandlerOptions, otherFunction } from './handler-file.ts';
import { imageNamesOf, listImageVersions } from './image-versions.ts';
import { withProviderSandbox } from './provider-sandbox.ts';
import { Refusal } from './refusal.ts';
import { writeOutputs, writeVersions } from './stack-tables.ts';
import { type LockedFolder, lockFolder } from './state-folder.ts';
import { type WatchDependencies, watch } from './watch.ts';

export interface OperationOptions extends HandlerOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
  /** The folder of the kept sandbox. */
  readonly state: string;
  readonly stackName: string;
}

/**
 * Runs `act` and shows what comes of it; `act` resolves with undefined where there was nothing to do, and has said so.
 * Resolves with whether the stack is then in one of the `wanted` statuses. An interrupted operation is not kept at all.
 */
export async function operate(
  options: OperationOptions,
  wanted: readonly string[],
  act: (cloudFormation: CloudFormation) => Promise<OperationResult | undefined>,
  dependencies: WatchDependencies,
): Promise<boolean> {
  const { packageRoot, providerTemplate, seed, state, stackName } = options;
  const other = otherFunction(options);
  const folder = lockFolder(state);
  return withProviderSandbox(
    { packageRoot, providerTemplate, seed, snapshot: folder.kept, otherFunction: other, onLog: folder.log },
    async (sandbox) => {
      const { cloudFormation, sageMaker } = sandbox;
      const { terminal } = dependencies;
      const { result, calls } = await watch(() => act(cloudFormation).catch(refuse), sandbox, dependencies);
      folder.keep(sandbox.snapshot());
      const stack = result && cloudFormation.findStack(result.StackId);
      if (result === undefined || stack === undefined) return true;

      terminal.line();
      writeVersions(await listImageVersions(sageMaker, imageNamesOf(stack)), terminal);
      if (stack.outputs.length > 0) terminal.line();
      writeOutputs(stack, terminal);
      terminal.line();
      terminal.prose(`SageMaker calls by the provider: ${calls}`, { indent: 2 });
      return tellEnd(stackName, result, wanted, folder, dependencies);
    },
  );
}

function tellEnd(
  stackName: string,
  { StackStatus, StackStatusReason, events }: OperationResult,
  wanted: readonly string[],
  { logFolder }: LockedFolder,
  { terminal: { prose, colours } }: WatchDependencies,
): boolean {
  const isWanted = wanted.includes(StackStatus);
  const because = StackStatusReason === undefined ? '' : `: ${StackStatusReason}`;
  prose(`${isWanted ? '✓' : '✗'} Stack ${stackName} is ${StackStatus}${because}`, {
    indent: 2,
    style: isWanted ? colours.green : colours.red,
  });
  if (!isWanted || events.some(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED'))) {
    prose(`The provider's log is in ${logFolder}.`, { indent: 2 });
  }
  return isWanted;
}

/** What CloudFormation says no to before it begins, beside the errors of its own, is wrong with the parameters. */
function refuse(error: unknown): never {
  throw error instanceof Error && error.name === 'Error' ? new Refusal(error.message, 2) : error;
}
