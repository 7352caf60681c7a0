/** What the command line knows about image versions: the schema that the provider's build writes, and the macro. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { KnownTypes, ResourceSchema } from '../cloudformation/check-template.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import { isMap } from '../json.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import { whoseToken } from './service-token.ts';
import { UsageError } from './usage-error.ts';

/** The macro changes it into the type of the provider. */
const nativeType = 'AWS::SageMaker::ImageVersion';
const macroName = 'SageMakerImageVersion';

/** Throws a UsageError if the provider was not built. */
export function readSchema(packageRoot: string): ResourceSchema {
  const file = join(packageRoot, 'dist/schema.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  throw new UsageError(`The provider's schema is missing: ${relative('', file)}. Build it with:\n  npm run build`, 1);
}

/** @param isAlone whether there is no other provider in the sandbox */
export function providerTypes(schema: ResourceSchema, { isAlone }: { readonly isAlone: boolean }): KnownTypes {
  const { typeName } = schema;
  const native = { schema: { ...schema, typeName: nativeType }, setByMacro: ['ServiceToken'] };
  return {
    find: (declaration, template) => {
      if (declaration.Type === nativeType) return native;
      const whose = whoseResource(declaration, template);
      // Where the ServiceToken does not show whose provider it is, the name of the type does.
      const isOurs = whose === 'unknown' ? declaration.Type === typeName && isAlone : whose === 'ours';
      return isOurs ? { schema } : undefined;
    },
    macros: [macroName],
    alternatives: {
      [nativeType]: `Use ${typeName} with a ServiceToken, or use the provider's macro: add "Transform: ${macroName}" to the template.`,
    },
  };
}

function whoseResource({ Type, Properties }: ResourceDeclaration, template: Template) {
  if (!isCustomResourceType(Type)) return 'theirs';
  return whoseToken(isMap(Properties) ? Properties['ServiceToken'] : undefined, template);
}
