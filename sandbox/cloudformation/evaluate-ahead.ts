/**
 * What is known of a stack before any of its resources exists: which conditions hold, and every value as far as it can be
 * evaluated. CloudFormation refuses the call for what it finds wrong here.
 */
import { isList, type Json } from '../json.ts';
import { evaluate, isPlainMap, isWanted, scalarText } from '../template/evaluate.ts';
import { resolveParameters } from '../template/parameters.ts';
import { findStored, notStored, type StoredValues } from '../template/stored-values.ts';
import {
  type OutputDeclaration,
  type Place,
  type Problem,
  pseudoParametersOf,
  type ResourceDeclaration,
  type Scope,
  type Template,
} from '../template/template.ts';
import type { Account } from './settings.ts';
import type { Stack, StackSource } from './stack.ts';

export interface FutureStack {
  readonly source: StackSource;
  readonly stack: Pick<Stack, 'StackId' | 'StackName' | 'stubs'>;
  readonly account: Account;
}

/** Whether this condition leaves out what has it. While the parameters or conditions have problems, every condition does. */
export function isLeftOut(Condition: string | undefined, template: Template, future: FutureStack): boolean {
  const { source, stack, account } = future;
  if (Condition === undefined) return false;
  try {
    const parameters = resolveParameters(template, source.parameters, source.storedValues);
    return !isWanted(Condition, template, conditionScope(pseudoParametersOf({ ...stack, ...account }), parameters));
  } catch {
    // Whoever deploys the template reports this problem.
    return true;
  }
}

/** CloudFormation evaluates conditions before it creates any resource. */
export function conditionScope(pseudoParameters: Scope['pseudoParameters'], parameters: Scope['parameters']): Scope {
  const refuse = (): never => {
    throw new Error('Template format error: a condition cannot refer to a resource or an import');
  };
  return { pseudoParameters, parameters, ref: refuse, getAtt: refuse, importValue: refuse };
}

/** The resources and outputs that the conditions select, and what their values can refer to. */
interface Wanted extends Pick<Scope, 'pseudoParameters' | 'parameters'> {
  readonly template: Template;
  readonly resources: readonly ResourceDeclaration[];
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  readonly storedValues: StoredValues | undefined;
  /** Why the sandbox has no such attribute of this resource; undefined if it has. */
  readonly missingAttribute: (LogicalResourceId: string, attribute: string) => string | undefined;
}

/** Every problem that the values have, and the names of all exports that they import. */
export function evaluateAhead(wanted: Wanted) {
  const { template, pseudoParameters, parameters, resources, outputs, storedValues, missingAttribute } = wanted;
  const problems: Problem[] = [];
  const imports = new Set<string>();
  const declared = new Set(resources.map(({ LogicalResourceId }) => LogicalResourceId));
  /** Evaluates the intrinsic functions in `value` one by one, so that an unknown value hides no mistake beside it. */
  const look = (value: Json, { line, column }: Place, block: 'Resources' | 'Outputs' | 'Metadata'): Json => {
    const place = { line, column };
    if (isList(value)) return value.map((item) => look(item, place, block));
    if (isPlainMap(value)) {
      for (const item of Object.values(value)) look(item, place, block);
      return value;
    }
    const report = (message: string) => problems.push({ ...place, message });
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
      if (problem !== undefined) report(problem);
      return later(id);
    };
    const importValue = (name: string) => {
      imports.add(name);
      return later();
    };
    const storedValue = (referred: string) => {
      const stored = findStored(referred, storedValues);
      if (stored === undefined && !isKnownLater) missing.add(referred);
      return stored ?? '';
    };
    const scope = {
      ...{ pseudoParameters, parameters, ref: later, getAtt, importValue },
      ...(block !== 'Metadata' && { storedValue }),
    };
    try {
      return evaluate(value, template, scope) ?? null;
    } catch (error) {
      if (!isKnownLater) report(error instanceof Error ? error.message : String(error));
      return '';
    } finally {
      if (missing.size > 0) report(notStored([...missing]));
      const where = `in the ${block === 'Outputs' ? block : 'Resources'} block of the template`;
      const unresolved = `Unresolved resource dependencies [${[...absent].join(', ')}]`;
      if (absent.size > 0) report(`Template format error: ${unresolved} ${where}`);
    }
  };

  for (const { Properties, Metadata = {}, propertyPlaces, ...place } of resources) {
    const parts = isPlainMap(Properties) ? Object.entries(Properties) : [['', Properties] as const];
    for (const [name, value] of parts) look(value, propertyPlaces.get(name) ?? place, 'Resources');
    look(Metadata, place, 'Metadata');
  }
  for (const { Value, ExportName = '', ...place } of outputs.values()) {
    const { line, column } = place;
    const value = look(Value, place, 'Outputs');
    look(ExportName, place, 'Outputs');
    if (scalarText(value) !== undefined) continue;
    const rule = 'The Value field of every Outputs member must evaluate to a String';
    const message = `Template format error: ${rule} and not a ${isList(value) ? 'List' : 'Map'}.`;
    problems.push({ line, column, message });
  }
  return { problems, imports };
}
