/**
 * What the command line knows about the user's provider: its SAM template, and the schemas of its types. The options
 * --provider-template and --schema name them. A schema has the form of CloudFormation's registry.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { KnownTypes } from '../cloudformation/check-template.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import type { ResourceSchema } from '../cloudformation/registry-schema.ts';
import type { ResourceRecord } from '../cloudformation/stack.ts';
import { isList, type Json, mapOf, ownEntry } from '../json.ts';
import type { FunctionConfiguration } from '../lambda/function.ts';
import { readFunctions } from '../lambda/sam-template.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';
import { intrinsicCall } from '../template/evaluate.ts';
import { parseTemplate } from '../template/parse.ts';
import type { Template } from '../template/template.ts';
import { explain } from './errors.ts';
import { type HandlerOptions, orUsageError, readTemplate } from './option-values.ts';

export interface ProviderOptions {
  readonly providerTemplate?: string | undefined;
  readonly providerStackName?: string | undefined;
  readonly providerParameter?: Readonly<Record<string, string>> | undefined;
  readonly schema?: readonly string[] | undefined;
}

interface DeployedProvider extends Pick<ReturnType<typeof readFunctions>, 'exports' | 'macros'> {
  readonly functions: readonly Pick<FunctionConfiguration, 'FunctionArn'>[];
}

type Owned = Pick<ResourceRecord, 'ResourceType' | 'Properties'>;

export type KnownProvider = ReturnType<typeof readProvider>;

/**
 * Reads the schemas of the options at once, and the template when it is needed. Throws a UsageError if a file cannot be
 * read or the parameters are wrong, and TemplateError as `readFunctions` does. A `handler` is the user's own provider for
 * every other ServiceToken.
 */
export function readProvider(options: ProviderOptions & Pick<HandlerOptions, 'handler'>) {
  const { providerTemplate: file, providerStackName: stackName = 'provider', handler } = options;
  const parameters = options.providerParameter ?? {};
  const schemas = (options.schema ?? []).map((path): ResourceSchema => {
    const problem = `The schema ${relative('', path)} cannot be read.`;
    return orUsageError(problem, () => JSON.parse(readFileSync(path, 'utf8')));
  });
  const load = () => {
    if (file === undefined) return { deployed: { functions: [], exports: {}, macros: {} } };
    const template = parseTemplate(readTemplate(file), relative('', file));
    const baseFolder = dirname(resolve(file));
    const deployment = { ...sageMakerSettings(), StackName: stackName, baseFolder };
    try {
      const deployed = readFunctions(template, parameters, deployment);
      return { template: { template, baseFolder, stackName }, deployed };
    } catch (error) {
      return explain(error);
    }
  };
  let loaded: ReturnType<typeof load> | undefined;
  const provider = () => {
    loaded ??= load();
    return loaded;
  };
  const known = knownProvider(schemas, () => provider().deployed, handler === undefined);
  return { template: () => provider().template, parameters, ...known };
}

/** @param isAlone whether there is no other provider in the sandbox */
export function knownProvider(schemas: readonly ResourceSchema[], deployed: () => DeployedProvider, isAlone: boolean) {
  const ofCustomResources = schemas.filter(({ typeName }) => isCustomResourceType(typeName));
  const schemaFor = (Type: string, whose: Whose): ResourceSchema | undefined => {
    const named = schemas.find(({ typeName }) => typeName === Type);
    if (whose === 'theirs') return undefined;
    // The ServiceToken shows whose provider it is, or else the name of the type does.
    if (whose === 'unknown') return isAlone || !isCustomResourceType(Type) ? named : undefined;
    return named ?? (ofCustomResources.length === 1 ? ofCustomResources[0] : undefined);
  };
  const whose = ({ Properties: { ServiceToken } }: Owned) => whoseToken(ServiceToken, deployed());
  const aliases = schemas.flatMap(({ properties: { Alias } }) => (Alias?.pattern === undefined ? [] : [Alias.pattern]));
  return {
    schemas,
    /** The schema of a resource of this provider; undefined if there is none, or if the resource has another provider. */
    schemaOf: (resource: Owned) =>
      isCustomResourceType(resource.ResourceType) ? schemaFor(resource.ResourceType, whose(resource)) : undefined,
    /** Whether the ServiceToken shows that a resource has another provider. */
    isOthers: (resource: Owned) => isCustomResourceType(resource.ResourceType) && whose(resource) === 'theirs',
    /** Whether the schemas let a template declare the alias. A provider can have aliases of its own. */
    isDeclarable: (alias: string) => aliases.every((pattern) => new RegExp(pattern, 'u').test(alias)),
    knownTypes: (): KnownTypes => {
      const macros = Object.keys(deployed().macros);
      return {
        find: ({ Type, Properties }, template) => {
          const isCustom = isCustomResourceType(Type);
          // Without the macro, a type of this name is AWS's own.
          if (!isCustom && !template.macros.some(({ Name }) => macros.includes(Name))) return undefined;
          const { ServiceToken } = isCustom ? mapOf(Properties) : {};
          const schema = schemaFor(Type, whoseToken(ServiceToken, deployed(), template));
          return schema && { schema };
        },
        macros,
      };
    },
  };
}

type Whose = 'ours' | 'theirs' | 'unknown';

/** Whose provider the ServiceToken belongs to, as far as the template of the resource shows it. */
function whoseToken(ServiceToken: Json | undefined, deployed: DeployedProvider, template?: Template): Whose {
  if (typeof ServiceToken === 'string') return whoseArn(ServiceToken, deployed);
  const { name, argument } = intrinsicCall(mapOf(ServiceToken)) ?? {};
  if (name === 'Fn::ImportValue') return whoseArn(ownEntry(deployed.exports, String(argument)) ?? '', deployed);
  if (name === 'Fn::Sub' && typeof argument === 'string') return whoseArn(argument, deployed);
  if (name !== 'Ref' && name !== 'Fn::GetAtt') return 'unknown';
  const [LogicalResourceId] = isList(argument) ? argument : [argument];
  const { Type = '' } = template?.Resources.get(String(LogicalResourceId)) ?? {};
  // A function in the template itself.
  return /^AWS::(Lambda|Serverless|SNS)::/.test(Type) ? 'theirs' : 'unknown';
}

/** `text` is an ARN, or an Fn::Sub that makes one. A variable in the function's name makes the answer unknown. */
function whoseArn(text: string, { functions }: DeployedProvider): Whose {
  const arn = text.replace(/\$\{[^}]*\}/g, '$');
  if (!arn.startsWith('arn:') || functions.length === 0) return 'unknown';
  const name = functionName(arn);
  if (name.includes('$')) return 'unknown';
  return functions.some(({ FunctionArn }) => functionName(FunctionArn) === name) ? 'ours' : 'theirs';
}

function functionName(arn: string): string {
  return /:function:([^:]*)/.exec(arn)?.[1] ?? '';
}
