/**
 * Everything that can be said against a template before anything is made: what parsing finds, what the types of its
 * resources ask for, and what is known of them beforehand.
 */

import { parse } from '../template/parse.ts';
import { type Problem, type Template, TemplateError } from '../template/template.ts';
import { type Foreknowledge, foreseeableProblems } from './foreknowledge.ts';
import type { FindResourceType } from './resource-type.ts';
import type { StackSource } from './stack.ts';
import { stubTypeNames } from './stub-resource.ts';

export interface TypeKnowledge {
  readonly findResourceType: FindResourceType;
  readonly foreknowledge: Foreknowledge;
}

/** The template of `source`, with which nothing is wrong. Throws a TemplateError with everything that is. */
export function checkedTemplate({ templateText, fileName }: StackSource, knowledge: TypeKnowledge): Template {
  const { template, problems } = parse(templateText, fileName);
  if (template === undefined) throw new TemplateError(fileName, problems);
  const all = [...problems, ...resourceProblems(template, knowledge)];
  if (all.length > 0) throw new TemplateError(fileName, all);
  return template;
}

function resourceProblems(template: Template, { findResourceType, foreknowledge }: TypeKnowledge): readonly Problem[] {
  // What other macros make of the resources, nobody knows.
  if (!template.macros.every(({ Name }) => foreknowledge.macros.includes(Name))) return [];
  const ofTypes = [...template.Resources.values()].flatMap((declaration) => {
    const { LogicalResourceId, Type, line, column } = declaration;
    // Parsing has told that it has none.
    if (Type === '') return [];
    const resourceType = findResourceType(Type);
    if (resourceType !== undefined) return resourceType.problems(declaration);
    if (template.macros.length > 0 && foreknowledge.known(declaration, template) !== undefined) return [];
    const { [Type]: advice = `Simulated are: ${SIMULATED_TYPES}` } = foreknowledge.insteadOf;
    const message = `Resource ${LogicalResourceId} has the type ${Type}, which is not simulated here. ${advice}`;
    return [{ line, column, message }];
  });
  return [...ofTypes, ...foreseeableProblems(template, foreknowledge, findResourceType)];
}

const SIMULATED_TYPES = [
  'Custom::*',
  'AWS::CloudFormation::CustomResource',
  'AWS::SageMaker::Image',
  ...stubTypeNames,
].join(', ');
