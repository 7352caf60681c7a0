/**
 * The line and column of each property of a resource, and which properties have a problem already. Later checks report
 * the place, and skip what follows only from another mistake.
 */
import { didYouMean } from './nearest-name.ts';
import { entriesOf, entryOf, type Node, type SourceRange } from './syntax-tree.ts';
import type { Place, ResourceDeclaration } from './template.ts';

/** What parsing knows about the file. */
export interface Places {
  readonly placeOf: (at: SourceRange) => Place;
  /** Whether parsing reported a problem within these characters. */
  readonly isFaulty: (stretch: SourceRange) => boolean;
}

type PropertyPlaces = Pick<ResourceDeclaration, 'propertyPlaces' | 'faultyProperties' | 'hasMoreProperties'>;

/** Call it after parsing has checked everything in the declaration `resource`. */
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

/** Whether the list itself has a problem, apart from its items. */
function isFaultyBut(items: readonly Node[], list: Node, isFaulty: Places['isFaulty']): boolean {
  const [first] = items;
  return isFaulty(first === undefined ? list : { start: list.start, end: first.start });
}

/** A merge key, an alias or a misplaced function can add properties. So can a misspelled "Properties". */
function hasMore(resource: Node, properties: Node | undefined, isFaulty: Places['isFaulty']): boolean {
  if (properties === undefined) return entriesOf(resource).some(({ key }) => didYouMean(key, ['Properties']) !== '');
  if (properties.kind !== 'map') return isFaulty(properties);
  return !properties.entries.every(({ key }) => isPropertyName(key));
}

/** A merge key and a misplaced function are not names. Parsing reports both. */
export function isPropertyName(key: string): boolean {
  return key !== '<<' && !key.startsWith('Fn::');
}
