/**
 * What a template may say of an AWS::SageMaker::Image.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 */

import { isMap } from '../json.ts';
import { intrinsicCall } from '../template/intrinsic-call.ts';
import { isPropertyName } from '../template/property-places.ts';
import type { Problem, ResourceDeclaration } from '../template/template.ts';
import { declarationProblem } from './declaration-problem.ts';

const REQUIRED = ['ImageName', 'ImageRoleArn'];
const OPTIONAL = ['ImageDisplayName', 'ImageDescription', 'Tags'];

export function imageProblems(declaration: ResourceDeclaration): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties } = declaration;
  if (!isMap(Properties) || intrinsicCall(Properties) !== undefined) return [];
  const problem = (what: string, property?: string) =>
    declarationProblem(
      declaration,
      `Properties validation failed for resource ${LogicalResourceId} with message: #: ${what}`,
      property,
    );
  const missing = hasMoreProperties ? [] : REQUIRED.filter((name) => !Object.hasOwn(Properties, name));
  const unknown = Object.keys(Properties).filter(
    (name) => isPropertyName(name) && ![...REQUIRED, ...OPTIONAL].includes(name),
  );
  return [
    ...missing.map((name) => problem(`required key [${name}] not found`)),
    ...unknown.map((name) => problem(`extraneous key [${name}] is not permitted`, name)),
  ];
}
