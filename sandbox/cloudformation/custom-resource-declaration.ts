/**
 * What a template must say of a custom resource before anything is evaluated.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */

import type { Json } from '../json.ts';
import { isMap } from '../json.ts';
import { intrinsicCall } from '../template/intrinsic-call.ts';
import { scalarText } from '../template/intrinsics.ts';
import type { Problem, ResourceDeclaration } from '../template/template.ts';
import { declarationProblem } from './declaration-problem.ts';

const CUSTOM_TYPE = /^Custom::[\w@-]+$/;
const MAX_TYPE_LENGTH = 60;

/** Whether the type is one that its provider names itself, or the general name for all of them. */
export function isCustomResourceType(ResourceType: string): boolean {
  return ResourceType === 'AWS::CloudFormation::CustomResource' || ResourceType.startsWith('Custom::');
}

export function customResourceProblems(declaration: ResourceDeclaration): readonly Problem[] {
  const { LogicalResourceId, Type, Properties, hasMoreProperties } = declaration;
  const messages: string[] = [];
  if (Type.startsWith('Custom::') && !(CUSTOM_TYPE.test(Type) && Type.length <= MAX_TYPE_LENGTH)) {
    messages.push(
      `the type ${Type} may have at most 60 characters, and only letters, digits, _, @ and - after Custom::`,
    );
  }
  const isKnown = isMap(Properties) && intrinsicCall(Properties) === undefined && !hasMoreProperties;
  if (isKnown && !Object.hasOwn(Properties, 'ServiceToken')) {
    messages.push('a custom resource needs the property ServiceToken, the ARN of the function that provides it');
  }
  return messages.map((message) => declarationProblem(declaration, `Resource ${LogicalResourceId}: ${message}`));
}

/** What CloudFormation takes, as the end of the sentence "ServiceTimeout must be …". */
export const serviceTimeoutRange = 'a number of seconds from 1 to 3600';

/** In seconds; undefined if it is none that CloudFormation takes. */
export function serviceTimeout(ServiceTimeout: Json): number | undefined {
  const text = scalarText(ServiceTimeout) ?? '';
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600 ? seconds : undefined;
}
