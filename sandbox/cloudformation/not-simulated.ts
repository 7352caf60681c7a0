/**
 * Finds what CloudFormation would resolve and the sandbox cannot: most attributes of the types that are stubs by default.
 * The author learns of all of them before anything is created.
 */
import { isWanted } from '../template/evaluate.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { resolveParameters } from '../template/parameters.ts';
import {
  type AttributeReference,
  type Guard,
  type Problem,
  pseudoParametersOf,
  type Scope,
  type Template,
} from '../template/template.ts';
import type { FindResourceType } from './resource-type.ts';
import type { Account } from './settings.ts';
import { isRequestedStub, type Stack, type StackSource } from './stack.ts';

/** What the stack of a template is known by before it is deployed. */
export interface FutureStack {
  readonly source: StackSource;
  readonly stack: Pick<Stack, 'StackId' | 'StackName' | 'stubs'>;
  readonly account: Account;
}

const advice = 'To deploy the template in the sandbox, use a parameter in its place, or another value with Fn::If.';

/** A problem for each reference that CloudFormation would evaluate and the sandbox cannot. */
export function problemsNotSimulated(
  template: Template,
  findResourceType: FindResourceType,
  future: FutureStack,
): readonly Problem[] {
  const isEvaluated = conditionsOf(template, future);
  const attributes = template.attributeReferences.filter(({ LogicalResourceId, attribute }) => {
    const { Type = '' } = template.Resources.get(LogicalResourceId) ?? {};
    const { stub, attributes: simulated } = findResourceType(Type) ?? {};
    return stub === 'by default' && !isRequestedStub(Type, future.stack) && !simulated?.includes(attribute);
  });
  return attributes.filter(isEvaluated).map((reference) => {
    const { LogicalResourceId, line, column } = reference;
    const { Type = '' } = template.Resources.get(LogicalResourceId) ?? {};
    const { attributes: simulated = [] } = findResourceType(Type) ?? {};
    return { line, column, message: sentenceOnAttribute(reference, Type, simulated) };
  });
}

function sentenceOnAttribute({ attribute }: AttributeReference, Type: string, simulated: readonly string[]): string {
  const known = didYouMean(attribute, simulated) || ` Simulated are: ${simulated.join(', ')}.`;
  return `The attribute ${attribute} of ${Type} is not simulated here.${known} ${advice}`;
}

/** Whether all guards of a reference hold. While the parameters or conditions have problems, only one without guards does. */
export function conditionsOf(template: Template, { source, stack, account }: FutureStack) {
  return ({ guards }: { readonly guards: readonly Guard[] }): boolean => {
    if (guards.length === 0) return true;
    try {
      const parameters = resolveParameters(template, source.parameters, source.storedValues);
      const scope = conditionScope(pseudoParametersOf({ ...stack, ...account }), parameters);
      return guards.every(({ Condition, isTrue }) => isWanted(Condition, template, scope) === isTrue);
    } catch {
      // Whoever deploys the template reports this problem.
      return false;
    }
  };
}

/** CloudFormation evaluates conditions before it creates any resource. */
export function conditionScope(pseudoParameters: Scope['pseudoParameters'], parameters: Scope['parameters']): Scope {
  const refuse = (): never => {
    throw new Error('Template format error: a condition cannot refer to a resource or an import');
  };
  return { pseudoParameters, parameters, ref: refuse, getAtt: refuse, importValue: refuse };
}
