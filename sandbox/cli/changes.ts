/** Prints what an operation will do before it starts: a line for each resource that changes. */
import type { ChangeDetail, Modification, ResourceChange } from '../cloudformation/change-set.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import { namesIn, type ResourceSchema } from '../cloudformation/registry-schema.ts';
import { printTable, type Terminal } from './terminal.ts';

export interface PlannedChanges {
  readonly changes?: readonly ResourceChange[];
  readonly insteadOfChanges: string;
  /** Logical ids of the resources that stay because of an option, and not because of their DeletionPolicy. */
  readonly retained?: readonly string[];
  /** What the author may not expect, one sentence each. */
  readonly warnings?: readonly string[];
}

export function printChanges(planned: PlannedChanges, known: readonly ResourceSchema[], terminal: Terminal): void {
  // CloudFormation itself knows what a change of a native type does.
  const schemas = known.filter(({ typeName }) => isCustomResourceType(typeName));
  const { changes = [], insteadOfChanges, warnings = [], retained = [] } = planned;
  const { line, prose, colours } = terminal;
  const rows = changes.map((change) => [
    colouredAction(actionOf(change, schemas), colours),
    change.LogicalResourceId,
    change.ResourceType,
    change.Action === 'Modify' ? change.Details.map(detailText).join(', ') : retentionCause(change, retained),
  ]);
  if (rows.length === 0) prose(insteadOfChanges, { indent: 2 });
  else printTable(['Change', 'Resource', 'Type', 'Because of'], rows, terminal);
  for (const note of notesOn(changes, schemas)) prose(note, { indent: 2, style: colours.dim });
  for (const warning of warnings) prose(warning, { indent: 2, style: colours.yellow });
  line();
}

type Action = 'create' | 'update' | 'replace' | 'update or replace' | 'delete' | 'leave behind';

function actionOf(change: ResourceChange, schemas: readonly ResourceSchema[]): Action {
  const schema = schemas.find(({ typeName }) => typeName === change.ResourceType);
  switch (change.Action) {
    case 'Add':
      return 'create';
    case 'Remove':
      return change.PolicyAction === 'Retain' ? 'leave behind' : 'delete';
    case 'Modify':
      if (schema !== undefined) return ownAction(change, schema);
      if (change.Replacement === 'Conditional') return 'update or replace';
      return change.Replacement === 'True' ? 'replace' : 'update';
  }
}

/** The changes of create-only properties. */
export function replacingDetails({ Details }: Modification, schema?: ResourceSchema): readonly ChangeDetail[] {
  const createOnly = namesIn(schema?.createOnlyProperties);
  return Details.filter(({ Target }) => createOnly.includes(Target.Name ?? ''));
}

/** What a provider with this schema does. A value that is known only later can turn out to be the same. */
function ownAction(change: Modification, schema: ResourceSchema): Action {
  const replacing = replacingDetails(change, schema);
  if (replacing.some(({ Evaluation }) => Evaluation === 'Static')) return 'replace';
  return replacing.length > 0 ? 'update or replace' : 'update';
}

function detailText({ Target, Evaluation }: ChangeDetail): string {
  return `${Target.Name ?? Target.Attribute}${Evaluation === 'Dynamic' ? ' (known later)' : ''}`;
}

function retentionCause(change: ResourceChange, retained: readonly string[]): string {
  if (change.Action !== 'Remove' || change.PolicyAction !== 'Retain') return '';
  return retained.includes(change.LogicalResourceId) ? '--retain-resources' : 'DeletionPolicy';
}

function notesOn(changes: readonly ResourceChange[], schemas: readonly ResourceSchema[]): readonly string[] {
  const hasSchema = (type: string) => schemas.some(({ typeName }) => typeName === type);
  const has = (action: Action, isMeant: (type: string) => boolean) =>
    changes.some((change) => isMeant(change.ResourceType) && actionOf(change, schemas) === action);
  const details = changes.flatMap((change) => (change.Action === 'Modify' ? change.Details : []));
  const notes = [
    has('replace', hasSchema) &&
      'CloudFormation does not know whether a custom resource will be replaced. This provider replaces it for such a change.',
    has('update or replace', (type) => !hasSchema(type) && isCustomResourceType(type)) &&
      'The provider of a custom resource decides whether it is replaced: it answers with a new physical id.',
    details.some(({ Evaluation }) => Evaluation === 'Dynamic') &&
      'Known later: the value comes from another resource that changes, and can stay the same.',
  ];
  return notes.filter((note) => note !== false);
}

function colouredAction(action: Action, { green, yellow, red }: Terminal['colours']): string {
  if (action === 'create') return green(action);
  if (action === 'delete') return red(action);
  return action === 'leave behind' ? action : yellow(action);
}
