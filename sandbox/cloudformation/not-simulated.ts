/**
 * Finds what CloudFormation would resolve and the sandbox cannot: dynamic references, resources that SAM generates, and
 * most attributes of the types that only stand in. The author learns of all of them before anything is created.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
import { isWanted } from '../template/evaluate.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { resolveParameters } from '../template/parameters.ts';
import {
  type AttributeReference,
  type ExternalReference,
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

/** A sentence about `what`, and what the author can do about it. */
export function notSimulated(what: string): string {
  return `${what} is not simulated here. ${advice}`;
}

const advice = 'To deploy the template in the sandbox, use a parameter in its place, or another value with Fn::If.';

/** A problem for each reference that CloudFormation would evaluate and the sandbox cannot. */
export function problemsNotSimulated(
  template: Template,
  findResourceType: FindResourceType,
  future: FutureStack,
): readonly Problem[] {
  const isEvaluated = conditionsOf(template, future);
  const typeOf = (id = '') => findResourceType(template.Resources.get(id)?.Type ?? '');
  const external = template.externalReferences.filter((reference) => {
    if (reference.kind === 'SAM') return true;
    const { LogicalResourceId, parameter } = reference;
    if (parameter !== undefined) return !Object.hasOwn(future.source.parameters, parameter);
    return typeOf(LogicalResourceId)?.stub === undefined;
  });
  const attributes = template.attributeReferences.filter(({ LogicalResourceId, attribute }) => {
    const { Type = '' } = template.Resources.get(LogicalResourceId) ?? {};
    const { stub, attributes: simulated } = findResourceType(Type) ?? {};
    return stub === 'by default' && !isRequestedStub(Type, future.stack) && !simulated?.includes(attribute);
  });
  return [
    ...external.filter(isEvaluated).map((reference) => ({ ...placeOf(reference), message: sentenceOn(reference) })),
    ...attributes.filter(isEvaluated).map((reference) => {
      const { Type = '' } = template.Resources.get(reference.LogicalResourceId) ?? {};
      const { attributes: simulated = [] } = findResourceType(Type) ?? {};
      return { ...placeOf(reference), message: sentenceOnAttribute(reference, Type, simulated) };
    }),
  ];
}

function placeOf({ line, column }: Problem | AttributeReference | ExternalReference) {
  return { line, column };
}

function sentenceOn(reference: ExternalReference): string {
  if (reference.kind === 'SAM') return notSimulated(`${reference.name}, which SAM creates on AWS,`);
  return notSimulated(`The dynamic reference ${reference.text}`);
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
      const parameters = resolveParameters(template, source.parameters);
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
