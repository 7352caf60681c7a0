/** What the command line knows about image versions: the schema that the provider's build writes, and the macro. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { KnownTypes, ResourceSchema } from '../cloudformation/check-template.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import { isList, isMap } from '../json.ts';
import { intrinsicCall } from '../template/evaluate.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import { UsageError } from './errors.ts';

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
      const whose = whoseToken(declaration, template);
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

/** The name of the provider's function, unless it is deployed under another one. */
const providerName = 'sagemaker-image-version-provider';

type Whose = 'ours' | 'theirs' | 'unknown';

/** Whose provider the ServiceToken of a resource belongs to, as far as the template shows it. */
function whoseToken({ Type, Properties }: ResourceDeclaration, { Resources }: Template): Whose {
  if (!isCustomResourceType(Type)) return 'theirs';
  const ServiceToken = isMap(Properties) ? Properties['ServiceToken'] : undefined;
  if (typeof ServiceToken === 'string') return whoseArn(ServiceToken);
  const { name, argument } = (isMap(ServiceToken) ? intrinsicCall(ServiceToken) : undefined) ?? {};
  switch (name) {
    case 'Fn::ImportValue':
      return argument === `${providerName}-ServiceToken` ? 'ours' : 'unknown';
    case 'Fn::Sub':
      return typeof argument === 'string' ? whoseArn(argument) : 'unknown';
    case 'Ref':
    case 'Fn::GetAtt': {
      const [LogicalResourceId] = isList(argument) ? argument : [argument];
      const { Type: type = '' } = Resources.get(String(LogicalResourceId)) ?? {};
      // A function in the template itself.
      return /^AWS::(Lambda|Serverless|SNS)::/.test(type) ? 'theirs' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

/** `text` is an ARN, or an Fn::Sub that makes one. A variable in the function's name makes the answer unknown. */
export function whoseArn(text: string): Whose {
  const arn = text.replace(/\$\{[^}]*\}/g, '$');
  if (!arn.startsWith('arn:')) return 'unknown';
  const [, name = ''] = /:function:([^:]*)/.exec(arn) ?? [];
  if (name.includes('$')) return 'unknown';
  return name === providerName ? 'ours' : 'theirs';
}
