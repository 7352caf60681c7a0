/**
 * Lambda's synchronous invocation: one attempt, whose result the caller gets. CloudFormation's side invokes macros so.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
 */
import type { SandboxClock } from '../clock.ts';
import { type Random, randomUuid } from '../random.ts';
import { type DeployedFunction, findFunction } from './deployed-function.ts';
import type { InvokeFunction } from './function.ts';

export function synchronousInvocation(
  functions: readonly DeployedFunction[],
  { clock, random }: { readonly clock: SandboxClock; readonly random: Random },
): InvokeFunction {
  return async (functionArn, event) => {
    const { configuration, executor } = findFunction(functions, functionArn);
    return executor.invoke(event, {
      awsRequestId: randomUuid(random),
      invokedFunctionArn: functionArn,
      deadlineMs: clock.now() + configuration.Timeout * 1000,
    });
  };
}
