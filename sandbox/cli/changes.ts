/** What an operation will do, before it does it: a line for each resource that does not stay as it is. */
import type { ChangeDetail, Modification, ResourceChange } from '../cloudformation/change-set.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import { namesIn, type ResourceSchema } from '../cloudformation/known-types.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface PlannedChanges {
  readonly changes: readonly ResourceChange[];
  /** What is said where there are none. */
  readonly insteadOfChanges: string;
  /** Logical ids of what stays because the call asks for it, not its DeletionPolicy. */
  readonly retained?: readonly string[];
  /** What the author may not expect of it, a sentence each. */
  readonly warnings: readonly string[];
}

/** Writes the changes as a table, what nobody can know of them yet, and what there is to be warned of. */
export function printChanges(foreseen: PlannedChanges, schema: ResourceSchema, terminal: Terminal): void {
  const { changes, insteadOfChanges, warnings } = foreseen;
  const { line, prose, colours } = terminal;
  if (changes.length === 0) prose(insteadOfChanges, { indent: 2 });
  else printChangeTable(foreseen, schema, terminal);
  for (const warning of warnings) prose(warning, { indent: 2, style: colours.yellow });
  line();
}

function printChangeTable(
  { changes, retained = [] }: PlannedChanges,
  schema: ResourceSchema,
  terminal: Terminal,
): void {
  const { prose, colours } = terminal;
  printTable(
    ['Change', 'Resource', 'Type', 'Because of'],
    changes.map((change) => [
      colouredAction(actionOf(change, schema), colours),
      change.LogicalResourceId,
      change.ResourceType,
      change.Action === 'Modify' ? change.Details.map(told).join(', ') : reasonToStay(change, retained),
    ]),
    terminal,
  );
  for (const note of notesOn(changes, schema)) prose(note, { indent: 2, style: colours.dim });
}

/** As DescribeChangeSet gives them. */
export function changesAsJson(changes: readonly ResourceChange[]) {
  return changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange }));
}

type Action = 'create' | 'update' | 'replace' | 'update or replace' | 'delete' | 'leave behind';

function actionOf(change: ResourceChange, schema: ResourceSchema): Action {
  switch (change.Action) {
    case 'Add':
      return 'create';
    case 'Remove':
      return change.PolicyAction === 'Retain' ? 'leave behind' : 'delete';
    case 'Modify':
      if (change.ResourceType === schema.typeName) return ownAction(change, schema);
      if (change.Replacement === 'Conditional') return 'update or replace';
      return change.Replacement === 'True' ? 'replace' : 'update';
    default:
      return change satisfies never;
  }
}

/** What this provider answers; a value that is known only later may turn out to be the same. */
function ownAction({ Details }: Modification, { createOnlyProperties }: ResourceSchema): Action {
  const createOnly = namesIn(createOnlyProperties);
  const replacing = Details.filter(({ Target }) => createOnly.includes(Target.Name ?? ''));
  if (replacing.some(({ Evaluation }) => Evaluation === 'Static')) return 'replace';
  return replacing.length > 0 ? 'update or replace' : 'update';
}

function told({ Target, Evaluation }: ChangeDetail): string {
  return `${Target.Name ?? Target.Attribute}${Evaluation === 'Dynamic' ? ' (known later)' : ''}`;
}

function reasonToStay(change: ResourceChange, retained: readonly string[]): string {
  if (change.Action !== 'Remove' || change.PolicyAction !== 'Retain') return '';
  return retained.includes(change.LogicalResourceId) ? '--retain-resources' : 'DeletionPolicy';
}

function notesOn(changes: readonly ResourceChange[], schema: ResourceSchema): readonly string[] {
  const actions = changes.map((change) => ({ change, action: actionOf(change, schema) }));
  const isOwn = ({ ResourceType }: ResourceChange) => ResourceType === schema.typeName;
  const isTheirs = ({ ResourceType }: ResourceChange) =>
    ResourceType !== schema.typeName && isCustomResourceType(ResourceType);
  return [
    ...(actions.some(({ change, action }) => isOwn(change) && action === 'replace')
      ? [
          'CloudFormation itself cannot know that a custom resource will be replaced; that is what this provider does with such a change.',
        ]
      : []),
    ...(actions.some(({ change, action }) => isTheirs(change) && action === 'update or replace')
      ? ['Whether a custom resource is replaced, its provider decides, with the physical id that it answers.']
      : []),
    ...(actions.some(({ change }) => change.Action === 'Modify' && change.Details.some(isDynamic))
      ? ['Known later: the value comes from a resource that changes too, and may stay the same.']
      : []),
  ];
}

function isDynamic({ Evaluation }: ChangeDetail): boolean {
  return Evaluation === 'Dynamic';
}

function colouredAction(action: Action, { green, yellow, red }: Terminal['colours']): string {
  if (action === 'create') return green(action);
  if (action === 'delete') return red(action);
  return action === 'leave behind' ? action : yellow(action);
}
