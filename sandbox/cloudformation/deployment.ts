/**
 * A template with its parameters, ready to deploy: what its conditions select, with each value evaluated as far as it
 * is known. CloudFormation refuses the call for what is wrong here. The operation evaluates the values again.
 */
import { isList, type Json } from '../json.ts';
import { brokenRules, evaluate, isPlainMap, scalarText } from '../template/evaluate.ts';
import { findStored, notStored } from '../template/stored-values.ts';
import {
  declarationProblem,
  deletionPolicies,
  type Place,
  type Problem,
  type ResourceDeclaration,
  type Scope,
  type Template,
  TemplateError,
  updateReplacePolicies,
} from '../template/template.ts';
import { checkedTemplate, conditionsOf, type FutureStack, type TypeKnowledge } from './check-template.ts';
import { refuseUnknownMacro } from './macros.ts';
import { isRequestedStub, type StackSource } from './stack.ts';

export type Deployment = Readonly<ReturnType<typeof openDeployment>>;

/** A resource that the conditions select, with its policies evaluated. */
export type WantedDeclaration = Readonly<ReturnType<typeof withPolicies>>;

/** Throws TemplateError for the template, CloudFormationError for an unknown macro, and Error for wrong parameters. */
export function openDeployment(future: FutureStack, knowledge: TypeKnowledge) {
  const { source, stack, account } = future;
  const template = checkedTemplate(future, knowledge);
  // `macros.ts` has removed the deployed macros by now.
  for (const { Name } of template.macros) refuseUnknownMacro(Name, account);
  const { scope, isSelected } = conditionsOf(template, future);
  const broken = brokenRules(template, scope);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const declarations = [...template.Resources.values()].filter(isSelected);
  const outputs = new Map([...template.Outputs].filter(([, output]) => isSelected(output)));
  const wanted = { source, template, parameters: scope.parameters, outputs };
  const missingAttribute = (id: string, attribute: string) => {
    const { Type = '' } = template.Resources.get(id) ?? {};
    const type = knowledge.findResourceType(Type);
    if (type?.stub !== 'by default' || isRequestedStub(Type, stack)) return undefined;
    return type.attributes?.includes(attribute) ? undefined : type.missingAttribute({ attributesKey: '' }, attribute);
  };
  const { problems, imports } = evaluateAhead(wanted, declarations, scope, missingAttribute);
  if (problems.length > 0) throw new TemplateError(source.fileName, problems);
  const resources = declarations.map((declaration) => withPolicies(declaration, template, scope));
  return { ...wanted, resources, imports };
}

function withPolicies(declaration: ResourceDeclaration, template: Template, scope: Scope) {
  const policy = <Policy extends string>(attribute: string, given: Json, policies: readonly Policy[]): Policy => {
    const value = evaluate(given, template, scope) ?? 'Delete';
    const found = policies.find((each) => each === value);
    if (found !== undefined) return found;
    const message = `${attribute} must be one of ${policies.join(', ')}, not ${JSON.stringify(value)}.`;
    throw new TemplateError(template.fileName, [declarationProblem(declaration, message)]);
  };
  return {
    ...declaration,
    DeletionPolicy: policy('DeletionPolicy', declaration.DeletionPolicy, deletionPolicies),
    UpdateReplacePolicy: policy('UpdateReplacePolicy', declaration.UpdateReplacePolicy, updateReplacePolicies),
  };
}

/** Every problem of the values, and the exports they import. `missingAttribute` is why a resource has no attribute. */
function evaluateAhead(
  { source, template, outputs }: { source: StackSource; template: Template; outputs: Template['Outputs'] },
  resources: readonly ResourceDeclaration[],
  known: Scope,
  missingAttribute: (LogicalResourceId: string, attribute: string) => string | undefined,
) {
  const problems: Problem[] = [];
  const report = ({ line, column }: Place, message: string) => problems.push({ line, column, message });
  const imports = new Set<string>();
  const declared = new Set(resources.map(({ LogicalResourceId }) => LogicalResourceId));
  /** Evaluates the intrinsic functions in `value` one by one, so that an unknown value hides no mistake beside it. */
  const look = (value: Json, place: Place, block: 'Resources' | 'Outputs' | 'Metadata'): Json => {
    if (isList(value)) return value.map((item) => look(item, place, block));
    if (isPlainMap(value)) {
      for (const item of Object.values(value)) look(item, place, block);
      return value;
    }
    const absent = new Set<string>();
    const missing = new Set<string>();
    let isKnownLater = false;
    const later = (id?: string) => {
      isKnownLater = true;
      if (id !== undefined && !declared.has(id)) absent.add(id);
      return '';
    };
    const getAtt = (id: string, attribute: string) => {
      const problem = missingAttribute(id, attribute);
      if (problem !== undefined) report(place, problem);
      return later(id);
    };
    const importValue = (name: string) => {
      imports.add(name);
      return later();
    };
    const storedValue = (referred: string) => {
      const stored = findStored(referred, source.storedValues);
      if (stored === undefined && !isKnownLater) missing.add(referred);
      return stored ?? '';
    };
    const scope = { ...known, ref: later, getAtt, importValue, ...(block !== 'Metadata' && { storedValue }) };
    try {
      return evaluate(value, template, scope) ?? null;
    } catch (error) {
      if (!isKnownLater) report(place, error instanceof Error ? error.message : String(error));
      return '';
    } finally {
      if (missing.size > 0) report(place, notStored([...missing]));
      const where = `in the ${block === 'Outputs' ? block : 'Resources'} block of the template`;
      const unresolved = `Unresolved resource dependencies [${[...absent].join(', ')}]`;
      if (absent.size > 0) report(place, `Template format error: ${unresolved} ${where}`);
    }
  };

  for (const { Properties, Metadata = {}, propertyPlaces, ...place } of resources) {
    const parts = isPlainMap(Properties) ? Object.entries(Properties) : [['', Properties] as const];
    for (const [name, value] of parts) look(value, propertyPlaces.get(name) ?? place, 'Resources');
    look(Metadata, place, 'Metadata');
  }
  for (const { Value, ExportName = '', ...place } of outputs.values()) {
    const value = look(Value, place, 'Outputs');
    look(ExportName, place, 'Outputs');
    if (scalarText(value) !== undefined) continue;
    const rule = 'The Value field of every Outputs member must evaluate to a String';
    report(place, `Template format error: ${rule} and not a ${isList(value) ? 'List' : 'Map'}.`);
  }
  return { problems, imports };
}
