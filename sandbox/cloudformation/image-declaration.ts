/**
 * What a template may say of an AWS::SageMaker::Image.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 */
import { intrinsicCall, isMap } from './template/json.ts';
import type { Problem, ResourceDeclaration } from './template/template.ts';

const REQUIRED = ['ImageName', 'ImageRoleArn'];
const OPTIONAL = ['ImageDisplayName', 'ImageDescription', 'Tags'];

export function imageProblems(declaration: ResourceDeclaration): readonly Problem[] {
  const { LogicalResourceId, Properties, line, propertyLines } = declaration;
  if (!isMap(Properties) || intrinsicCall(Properties) !== undefined) return [];
  const problem = (what: string, where: number) => ({
    line: where,
    column: 1,
    message: `Properties validation failed for resource ${LogicalResourceId} with message: #: ${what}`,
  });
  const missing = REQUIRED.filter((name) => !Object.hasOwn(Properties, name));
  const unknown = Object.keys(Properties).filter((name) => ![...REQUIRED, ...OPTIONAL].includes(name));
  return [
    ...missing.map((name) => problem(`required key [${name}] not found`, line)),
    ...unknown.map((name) => problem(`extraneous key [${name}] is not permitted`, propertyLines?.get(name) ?? line)),
  ];
}
