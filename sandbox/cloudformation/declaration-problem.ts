/** How a problem of a resource's declaration is told: where it stands, and whose it is. */
import type { Problem, ResourceDeclaration } from '../template/template.ts';

/** Of the resource itself, or of one of its properties or of an item of it: `Aliases[0]`. */
export function declarationProblem(
  { line, column, propertyPlaces }: ResourceDeclaration,
  message: string,
  property?: string,
): Problem {
  const place = property === undefined ? undefined : propertyPlaces.get(property);
  return { ...(place ?? { line, column }), message };
}
