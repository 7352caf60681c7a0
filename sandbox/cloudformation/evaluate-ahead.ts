/**
 * Evaluates every value of a template as far as that is possible before any resource exists. CloudFormation refuses the
 * call for what it finds wrong here.
 */
import { isList, type Json } from '../json.ts';
import { evaluate, isPlainMap, scalarText } from '../template/evaluate.ts';
import { findStored, notStored, type StoredValues } from '../template/stored-values.ts';
import type { OutputDeclaration, Place, Problem, ResourceDeclaration, Scope, Template } from '../template/template.ts';

/** What a deployment wants: the resources and outputs that its conditions select. */
interface Wanted {
  readonly template: Template;
  readonly parameters: Scope['parameters'];
  readonly resources: readonly ResourceDeclaration[];
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
}

interface Findings {
  readonly problems: readonly Problem[];
  /** The names of all exports that it imports. */
  readonly imports: ReadonlySet<string>;
}

interface Known {
  readonly pseudoParameters: Scope['pseudoParameters'];
  readonly storedValues: StoredValues | undefined;
  /** Why the sandbox has no such attribute of this resource; undefined if it has. */
  readonly missingAttribute: (LogicalResourceId: string, attribute: string) => string | undefined;
}

export function evaluateAhead(wanted: Wanted, known: Known): Findings {
  const { pseudoParameters, storedValues, missingAttribute } = known;
  const { template, parameters, resources, outputs } = wanted;
  const problems: Problem[] = [];
  const imports = new Set<string>();
  const declared = new Set(resources.map(({ LogicalResourceId }) => LogicalResourceId));
  /** Evaluates the intrinsic functions in `value` one by one, so that an unknown value hides no mistake beside it. */
  const look = (value: Json, place: Place, block: 'Resources' | 'Outputs' | 'Metadata'): Json => {
    if (isList(value)) return value.map((item) => look(item, place, block));
    if (isPlainMap(value)) {
      for (const item of Object.values(value)) look(item, place, block);
      return value;
    }
    const report = (message: string) => problems.push({ line: place.line, column: place.column, message });
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
      const ids = [...absent].join(', ');
      if (ids !== '')
        report(
          `Template format error: Unresolved resource dependencies [${ids}] in the ${block === 'Outputs' ? block : 'Resources'} block of the template`,
        );
    }
  };

  for (const { Properties, Metadata = {}, propertyPlaces, ...place } of resources) {
    if (!isPlainMap(Properties)) look(Properties, place, 'Resources');
    else
      for (const [name, value] of Object.entries(Properties))
        look(value, propertyPlaces.get(name) ?? place, 'Resources');
    look(Metadata, place, 'Metadata');
  }
  for (const { Value, ExportName = '', ...place } of outputs.values()) {
    const value = look(Value, place, 'Outputs');
    look(ExportName, place, 'Outputs');
    if (scalarText(value) !== undefined) continue;
    const rule = 'The Value field of every Outputs member must evaluate to a String';
    const { line, column } = place;
    problems.push({
      line,
      column,
      message: `Template format error: ${rule} and not a ${isList(value) ? 'List' : 'Map'}.`,
    });
  }
  return { problems, imports };
}
