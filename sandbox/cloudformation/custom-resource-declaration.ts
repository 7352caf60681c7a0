/**
 * What a template must say of a custom resource before anything is evaluated.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
import { intrinsicCall, isMap } from './template/json.ts';
import type { Problem, ResourceDeclaration } from './template/template.ts';

const CUSTOM_TYPE = /^Custom::[\w@-]+$/;
const MAX_TYPE_LENGTH = 60;

/** Whether the type is one that its provider names itself, or the general name for all of them. */
export function isCustomResourceType(ResourceType: string): boolean {
  return ResourceType === 'AWS::CloudFormation::CustomResource' || ResourceType.startsWith('Custom::');
}

export function customResourceProblems({
  LogicalResourceId,
  Type,
  Properties,
  line,
}: ResourceDeclaration): readonly Problem[] {
  const messages: string[] = [];
  if (Type.startsWith('Custom::') && !(CUSTOM_TYPE.test(Type) && Type.length <= MAX_TYPE_LENGTH)) {
    messages.push(
      `the type ${Type} may have at most 60 characters, and only letters, digits, _, @ and - after Custom::`,
    );
  }
  const isKnown = isMap(Properties) && intrinsicCall(Properties) === undefined;
  if (isKnown && !Object.hasOwn(Properties, 'ServiceToken')) {
    messages.push('a custom resource needs the property ServiceToken, the ARN of the function that provides it');
  }
  return messages.map((message) => ({ line, column: 1, message: `Resource ${LogicalResourceId}: ${message}` }));
}
