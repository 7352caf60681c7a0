/**
 * What the command line knows of image versions beforehand, so that a mistyped name and a value that cannot be are found
 * before anything is made.
 */
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import type { Foreknowledge, KnownType } from '../cloudformation/foreknowledge.ts';
import { isMap } from '../json.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import { macroName, nativeType, optionalProperties, ownAttributes, ownType, requiredProperties } from './own-type.ts';
import { ownRules } from './own-values.ts';
import { whoseToken } from './service-token.ts';

const ownResource: KnownType = {
  called: `a ${ownType}`,
  required: requiredProperties,
  optional: optionalProperties,
  rules: ownRules,
  attributes: ownAttributes,
};

/** As the author writes it; the macro makes the other one of it. */
const nativeResource: KnownType = {
  ...ownResource,
  called: `an ${nativeType}`,
  optional: optionalProperties.filter((name) => name !== 'ServiceToken'),
  notToBeSet: { ServiceToken: 'ServiceToken is set by the macro: take it out.' },
};

/** @param isAlone whether there is no provider but this project's */
export function ownForeknowledge({ isAlone }: { readonly isAlone: boolean }): Foreknowledge {
  return {
    known: (declaration, template) => {
      if (declaration.Type === nativeType) return nativeResource;
      return isOwn(declaration, template, isAlone) ? ownResource : undefined;
    },
    macros: [macroName],
    insteadOf: {
      [nativeType]: `Write ${ownType} with a ServiceToken, or let the provider's macro do so: put "Transform: ${macroName}" at the head of the template.`,
    },
  };
}

/** The ServiceToken decides; where nobody can know it yet, the type's name does. */
function isOwn({ Type, Properties }: ResourceDeclaration, template: Template, isAlone: boolean): boolean {
  if (!isCustomResourceType(Type)) return false;
  const whose = whoseToken(isMap(Properties) ? Properties['ServiceToken'] : undefined, template);
  return whose === 'unknown' ? Type === ownType && isAlone : whose === 'ours';
}
