/**
 * Everything that is wrong with a template, as far as it can be known before anything is created: what parsing finds, what
 * the types of the resources require, and what their schemas forbid.
 */
import { parse } from '../template/parse.ts';
import { type Problem, type Template, TemplateError } from '../template/template.ts';
import { attributeProblem, attributesOf, type KnownTypes, schemaProblems } from './known-types.ts';
import type { FindResourceType } from './resource-type.ts';
import type { StackSource } from './stack.ts';
import { stubTypeNames } from './stub-resource.ts';

export interface TypeKnowledge {
  readonly findResourceType: FindResourceType;
  readonly knownTypes: KnownTypes;
}

/** Returns the template of `source`. Throws a TemplateError with every problem. */
export function checkedTemplate({ templateText, fileName }: StackSource, knowledge: TypeKnowledge): Template {
  const { template, problems } = parse(templateText, fileName);
  if (template === undefined) throw new TemplateError(fileName, problems);
  const all = [...problems, ...resourceProblems(template, knowledge)];
  if (all.length > 0) throw new TemplateError(fileName, all);
  return template;
}

function resourceProblems(template: Template, knowledge: TypeKnowledge): readonly Problem[] {
  const { findResourceType, knownTypes } = knowledge;
  // Another macro can make anything of the resources.
  if (!template.macros.every(({ Name }) => knownTypes.macros.includes(Name))) return [];
  const ofResources = [...template.Resources.values()].flatMap((declaration) => {
    const { LogicalResourceId, Type, line, column } = declaration;
    const known = knownTypes.find(declaration, template);
    const ofSchema = known === undefined ? [] : schemaProblems(declaration, known);
    const resourceType = findResourceType(Type);
    if (resourceType !== undefined) return [...resourceType.problems(declaration), ...ofSchema];
    // Without a Type, parsing has found the problem. A macro changes a known type into one that is simulated.
    if (Type === '' || (known !== undefined && template.macros.length > 0)) return ofSchema;
    const { [Type]: advice = `Simulated are: ${simulatedTypes}` } = knownTypes.alternatives;
    const message = `Resource ${LogicalResourceId} has the type ${Type}, which is not simulated here. ${advice}`;
    return [{ line, column, message }, ...ofSchema];
  });
  return [...ofResources, ...attributeProblems(template, knowledge)];
}

function attributeProblems(template: Template, { findResourceType, knownTypes }: TypeKnowledge): readonly Problem[] {
  return template.attributeReferences.flatMap(({ LogicalResourceId, attribute, line, column }) => {
    const declaration = template.Resources.get(LogicalResourceId);
    if (declaration === undefined) return [];
    const { Type } = declaration;
    const schema = knownTypes.find(declaration, template)?.schema;
    const attributes = findResourceType(Type)?.attributes ?? (schema && attributesOf(schema));
    if (attributes === undefined) return [];
    const message = attributeProblem(LogicalResourceId, attribute, { typeName: schema?.typeName ?? Type, attributes });
    return message === undefined ? [] : [{ line, column, message }];
  });
}

const simulatedTypes = [
  'Custom::*',
  'AWS::CloudFormation::CustomResource',
  'AWS::SageMaker::Image',
  ...stubTypeNames,
].join(', ');
