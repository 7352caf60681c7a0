/**
 * Where a resource's properties stand, and how far parsing has understood them: whoever looks at their names and values
 * then says where, and nothing of what only follows from another mistake.
 */
import { didYouMean } from './nearest-name.ts';
import { entriesOf, entryOf, type Node, type SourceRange } from './syntax-tree.ts';
import type { Place, ResourceDeclaration } from './template.ts';

/** What parsing knows of the file. */
export interface Places {
  readonly placeOf: (at: SourceRange) => Place;
  /** Whether something was reported within these characters. */
  readonly isFaulty: (stretch: SourceRange) => boolean;
}

type PropertyPlaces = Pick<ResourceDeclaration, 'propertyPlaces' | 'faultyProperties' | 'hasMoreProperties'>;

/** Of the declaration `resource`, when everything in it has been checked. */
export function readPropertyPlaces(resource: Node, { placeOf, isFaulty }: Places): PropertyPlaces {
  const propertyPlaces = new Map<string, Place>();
  const faultyProperties = new Set<string>();
  const note = (name: string, at: SourceRange, isWrong: boolean) => {
    propertyPlaces.set(name, placeOf(at));
    if (isWrong) faultyProperties.add(name);
  };
  const properties = entryOf(resource, 'Properties')?.value;
  for (const property of entriesOf(properties)) {
    const { key, value } = property;
    const items = value.kind === 'list' ? value.items : [];
    note(key, property, isFaultyBut(items, value, isFaulty));
    for (const [index, item] of items.entries()) note(`${key}[${index}]`, item, isFaulty(item));
  }
  return { propertyPlaces, faultyProperties, hasMoreProperties: hasMore(resource, properties, isFaulty) };
}

/** Whether something other than an item of the list is wrong with it. */
function isFaultyBut(items: readonly Node[], list: Node, isFaulty: Places['isFaulty']): boolean {
  const [first] = items;
  return isFaulty(first === undefined ? list : { start: list.start, end: first.start });
}

/** A merge key or a function beside others brings in what nobody sees, an alias all of it; and "Propertys" are meant too. */
function hasMore(resource: Node, properties: Node | undefined, isFaulty: Places['isFaulty']): boolean {
  if (properties === undefined) return entriesOf(resource).some(({ key }) => didYouMean(key, ['Properties']) !== '');
  if (properties.kind !== 'map') return isFaulty(properties);
  return !properties.entries.every(({ key }) => isPropertyName(key));
}

/** Not so a merge key, and a function that does not stand alone: parsing has told of both. */
export function isPropertyName(key: string): boolean {
  return key !== '<<' && !key.startsWith('Fn::');
}
