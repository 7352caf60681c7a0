/** What is known of a stack before its template is deployed. */
import { isWanted } from '../template/evaluate.ts';
import { resolveParameters } from '../template/parameters.ts';
import { pseudoParametersOf, type Scope, type Template } from '../template/template.ts';
import type { Account } from './settings.ts';
import type { Stack, StackSource } from './stack.ts';

export interface FutureStack {
  readonly source: StackSource;
  readonly stack: Pick<Stack, 'StackId' | 'StackName' | 'stubs'>;
  readonly account: Account;
}

/** Whether this condition leaves out what has it. While the parameters or conditions have problems, every condition does. */
export function isLeftOut(
  Condition: string | undefined,
  template: Template,
  { source, stack, account }: FutureStack,
): boolean {
  if (Condition === undefined) return false;
  try {
    const parameters = resolveParameters(template, source.parameters, source.storedValues);
    return !isWanted(Condition, template, conditionScope(pseudoParametersOf({ ...stack, ...account }), parameters));
  } catch {
    // Whoever deploys the template reports this problem.
    return true;
  }
}

/** CloudFormation evaluates conditions before it creates any resource. */
export function conditionScope(pseudoParameters: Scope['pseudoParameters'], parameters: Scope['parameters']): Scope {
  const refuse = (): never => {
    throw new Error('Template format error: a condition cannot refer to a resource or an import');
  };
  return { pseudoParameters, parameters, ref: refuse, getAtt: refuse, importValue: refuse };
}
