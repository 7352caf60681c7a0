/**
 * Everything that is wrong with a template before anything is created: what parsing finds, what types require, and what
 * their schemas forbid. CloudFormation has no schema of a custom resource; whoever runs the sandbox can pass one.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
import { isList, type Json, ownEntry } from '../json.ts';
import { isPlainMap, isWanted, isWrittenOut, scalarText } from '../template/evaluate.ts';
import { didYouMean, meantOrAll } from '../template/nearest-name.ts';
import { resolveParameters } from '../template/parameters.ts';
import { parse } from '../template/parse.ts';
import { isPropertyName } from '../template/sections.ts';
import {
  declarationProblem,
  type Problem,
  pseudoParametersOf,
  type ResourceDeclaration,
  type Scope,
  type Template,
  TemplateError,
} from '../template/template.ts';
import { namesIn, type PropertySchema, type ResourceSchema } from './registry-schema.ts';
import type { FindResourceType } from './resource-type.ts';
import type { Account } from './settings.ts';
import { isRequestedStub, type Stack, type StackSource } from './stack.ts';
import { typesByDefault } from './stub-resource.ts';

export interface FutureStack {
  readonly source: StackSource;
  readonly stack: Pick<Stack, 'StackId' | 'StackName' | 'stubs'>;
  readonly account: Account;
}

export interface TypeKnowledge {
  readonly findResourceType: FindResourceType;
  readonly knownTypes: KnownTypes;
}

/** Returns the template of the stack's source. Throws a TemplateError with every problem. */
export function checkedTemplate(future: FutureStack, knowledge: TypeKnowledge): Template {
  const { templateText, fileName } = future.source;
  const { template, problems } = parse(templateText, fileName);
  if (template === undefined) throw new TemplateError(fileName, problems);
  const all = [...problems, ...resourceProblems(template, knowledge, future)];
  if (all.length > 0) throw new TemplateError(fileName, all);
  return template;
}

/** Conditions see parameters alone. Throws an Error for wrong ones; `isSelected` throws one for a wrong condition. */
export function conditionsOf(template: Template, { source, stack, account }: FutureStack) {
  const refuse = (): never => {
    throw new Error('Template format error: a condition cannot refer to a resource or an import');
  };
  const scope: Scope = {
    pseudoParameters: pseudoParametersOf({ ...stack, ...account }),
    parameters: resolveParameters(template, source.parameters, source.storedValues),
    ...{ ref: refuse, getAtt: refuse, importValue: refuse },
  };
  const isSelected = ({ Condition }: { readonly Condition?: string }) => isWanted(Condition, template, scope);
  return { scope, isSelected };
}

/** Whether its condition leaves the resource out. While the parameters or conditions have problems, every condition does. */
function isLeftOut(declaration: ResourceDeclaration, template: Template, future: FutureStack): boolean {
  try {
    return declaration.Condition !== undefined && !conditionsOf(template, future).isSelected(declaration);
  } catch {
    // Whoever deploys the template reports this problem.
    return true;
  }
}

function resourceProblems(template: Template, knowledge: TypeKnowledge, future: FutureStack): readonly Problem[] {
  const { findResourceType, knownTypes } = knowledge;
  // Another macro can make anything of the resources.
  if (!template.macros.every(({ Name }) => knownTypes.macros.includes(Name))) return [];
  const notSimulated: ResourceDeclaration[] = [];
  const ofResources = [...template.Resources.values()].flatMap((declaration) => {
    const { Type, line, column } = declaration;
    const schema = knownTypes.find(declaration, template)?.schema;
    const ofSchema = schema === undefined ? [] : schemaProblems(declaration, schema);
    // What a condition leaves out needs no ServiceToken, for example, and nobody has to simulate it.
    // Without a Type, parsing has found the problem. A macro changes a known type into one that is simulated.
    const isChanged = schema !== undefined && template.macros.length > 0;
    if (isLeftOut(declaration, template, future) || Type === '' || isChanged) return ofSchema;
    const resourceType = findResourceType(Type);
    const message = `Template format error: Unrecognized resource types: [${Type}]`;
    if (resourceType === undefined) return [{ line, column, message }, ...ofSchema];
    const isSimulated = resourceType.stub !== 'on request' || isRequestedStub(Type, future.stack);
    if (isSimulated) return [...resourceType.problems(declaration), ...ofSchema];
    notSimulated.push(declaration);
    return ofSchema;
  });
  return [...ofResources, ...problemOfTypes(notSimulated), ...attributeProblems(template, knowledge)];
}

function problemOfTypes(declarations: readonly ResourceDeclaration[]): readonly Problem[] {
  const [first] = declarations;
  if (first === undefined) return [];
  const types = [...new Set(declarations.map(({ Type }) => Type))];
  const listed = types.map((type) => {
    const ofType = declarations.filter(({ Type }) => Type === type);
    return `${type} (${ofType.map((each) => `${each.LogicalResourceId} in line ${each.line}`).join(', ')})`;
  });
  const stands = types.length === 1 ? 'This type is' : 'These types are';
  const message =
    `${stands} not simulated here: ${listed.join(', ')}. Add ${types.map((type) => `--stub ${type}`).join(' ')}, or ` +
    `--stub '*' for every type: the resources are then created without an effect, with made-up attributes.${types
      .map((type) => didYouMean(type, ['AWS::SageMaker::Image', ...typesByDefault]))
      .join('')}`;
  return [{ line: first.line, column: first.column, message }];
}

function attributeProblems(template: Template, { findResourceType, knownTypes }: TypeKnowledge): readonly Problem[] {
  return template.attributeReferences.flatMap(({ LogicalResourceId, attribute, line, column }) => {
    const declaration = template.Resources.get(LogicalResourceId);
    if (declaration === undefined) return [];
    // A macro makes another type of one with a schema.
    const schema = knownTypes.find(declaration, template)?.schema;
    const resourceType = findResourceType(declaration.Type);
    // `deployment.ts` finds the attributes that a stub lacks.
    const ofType = resourceType?.stub === undefined ? resourceType?.attributes : undefined;
    const attributes = schema === undefined ? ofType : namesIn(schema.attributes ?? schema.readOnlyProperties);
    if (attributes === undefined || attributes.includes(attribute)) return [];
    const what = `${withArticle(schema?.typeName ?? declaration.Type)}, which has no attribute "${attribute}"`;
    return [{ line, column, message: `${LogicalResourceId} is ${what}.${meantOrAll(attribute, attributes)}` }];
  });
}

export interface KnownTypes {
  find(declaration: ResourceDeclaration, template: Template): { readonly schema: ResourceSchema } | undefined;
  /** These macros change no names, values and attributes of the known types. */
  readonly macros: readonly string[];
}

export const noKnownTypes: KnownTypes = { find: () => undefined, macros: [] };

/** Everything that the schema forbids in the declaration. A value with an intrinsic function is known only later. */
function schemaProblems(declaration: ResourceDeclaration, schema: ResourceSchema): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties, faultyProperties } = declaration;
  if (!isPlainMap(Properties)) return [];
  const problem = (message: string, property?: string) =>
    declarationProblem(declaration, `Resource ${LogicalResourceId}: ${message}`, property);
  const valueProblems = (name: string, value: Json, { items, ...each }: PropertySchema): readonly Problem[] => {
    if (items !== undefined && isList(value)) {
      return value.flatMap((item, index) => valueProblems(`${name}[${index}]`, item, items));
    }
    const wrong = isWrittenOut(value) && !faultyProperties.has(name) ? whatIsWrong(value, each) : undefined;
    return wrong === undefined ? [] : [problem(`${name} ${wrong}.`, name)];
  };
  const type = withArticle(schema.typeName);
  const missing = hasMoreProperties ? [] : (schema.required ?? []).filter((name) => !Object.hasOwn(Properties, name));
  const readOnly = namesIn(schema.readOnlyProperties);
  const settable = Object.keys(schema.properties).filter((each) => !readOnly.includes(each));
  const given = Object.entries(Properties).filter(([name]) => isPropertyName(name));
  return [
    ...missing.map((name) => problem(`${type} needs the property ${name}.`)),
    ...given.flatMap(([name, value]) => {
      const property = ownEntry(schema.properties, name);
      if (readOnly.includes(name)) {
        return [problem(`${name} is an attribute, read with Fn::GetAtt, and cannot be set.`, name)];
      }
      if (property !== undefined) return valueProblems(name, value, property);
      return [problem(`${type} has no property "${name}".${meantOrAll(name, settable)}`, name)];
    }),
  ];
}

function withArticle(typeName: string): string {
  return `${typeName.startsWith('A') ? 'an' : 'a'} ${typeName}`;
}

/**
 * Follows the property's name in a sentence; undefined if the value is valid, or the schema has more than this check can
 * judge, such as `$ref` or a map. 42 is a string, and "true" a boolean.
 */
function whatIsWrong(value: Json, schema: PropertySchema): string | undefined {
  const text = scalarText(value);
  const mustBe = (words: string, isSo: boolean) => (isSo ? undefined : `must be ${words}, not ${shown(value)}`);
  const { type, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  if (type === 'array') return mustBe('a list', isList(value));
  if (type === 'boolean') return mustBe('true or false', text === 'true' || text === 'false');
  const options = schema.enum?.map(String);
  if (options !== undefined) return mustBe(`one of ${options.join(', ')}`, options.includes(text ?? ''));
  if (type === 'integer') {
    const from = schema.minimum === undefined ? '' : ` from ${minimum}`;
    const to = schema.maximum === undefined ? '' : ` to ${maximum}`;
    const isInRange = /^\s*-?\d+\s*$/.test(text ?? '') && Number(text) >= minimum && Number(text) <= maximum;
    return mustBe(`a whole number${from}${to}`, isInRange);
  }
  if (type !== 'string') return undefined;
  if (text === undefined) return mustBe('a string', false);
  const length = [...text].length;
  if (length < minLength || length > maxLength) {
    return `must have ${minLength} to ${maxLength} characters, not ${length}`;
  }
  const { pattern = '', description = `a string that matches ${pattern}` } = schema;
  return mustBe(description, new RegExp(pattern, 'u').test(text));
}

/** A value as the template's author will recognise it, cut where it is long. */
function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
