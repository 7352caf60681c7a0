/**
 * Resolves Ref and Fn::GetAtt in a SAM template that the sandbox simulates as deployed. Functions have their real names
 * and ARNs. Roles, log groups, alarms and permissions get plausible values, because nothing in the sandbox uses them.
 */

import { isList, isMap, type Json, type JsonMap } from '../json.ts';
import { evaluate } from '../template/evaluate.ts';
import { intrinsicCall } from '../template/intrinsic-call.ts';
import type { ResourceDeclaration, Scope, Template } from '../template/template.ts';

export const SERVERLESS_FUNCTION = 'AWS::Serverless::Function';

/** Where the template is deployed. */
export interface DeploymentTarget {
  readonly Region: string;
  readonly AccountId: string;
  readonly partition: string;
  /** The name of its stack: the first part of every generated name. */
  readonly StackName: string;
}

export function deployedScope(
  template: Template,
  parameters: Scope['parameters'],
  deployment: DeploymentTarget,
): Scope {
  const { Region, AccountId, partition, StackName } = deployment;
  const arn = (service: string, rest: string) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : Region}:${AccountId}:${rest}`;

  const scope: Scope = {
    pseudoParameters: {
      'AWS::AccountId': AccountId,
      'AWS::Region': Region,
      'AWS::Partition': partition,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
      'AWS::StackName': StackName,
      'AWS::StackId': arn('cloudformation', `stack/${StackName}/00000000-0000-4000-8000-000000000000`),
    },
    parameters,
    ref: (id) => aliasOrVersionArn(id) ?? nameOf(id),
    getAtt: (id, attribute) => {
      if (attribute === 'Arn') return arnOf(id);
      return aliasOrVersionArn(`${id}.${attribute}`) ?? `${nameOf(id)}-${attribute}`;
    },
    importValue: (name) => {
      throw new Error(`No export named ${name} found.`);
    },
  };

  function nameOf(id: string): string {
    const Type = typeOf(id);
    const given = propertyOf(id, `${Type.split('::').at(-1)}Name`);
    return typeof given === 'string' ? given : `${StackName}-${id}`;
  }

  function arnOf(id: string): string {
    const Type = typeOf(id);
    const {
      service,
      prefix = '',
      suffix = '',
    } = ARNS.get(Type) ?? { service: Type.split('::')[1]?.toLowerCase() ?? '' };
    return arn(service, `${prefix}${nameOf(id)}${suffix}`);
  }

  /** A SAM template can refer to the alias and the version from AutoPublishAlias: `Function.Alias`. */
  function aliasOrVersionArn(reference: string): string | undefined {
    const [, id = '', generated] = /^(.+)\.(Alias|Version)$/.exec(reference) ?? [];
    if (template.Resources.get(id)?.Type !== SERVERLESS_FUNCTION) return undefined;
    const alias = propertyOf(id, 'AutoPublishAlias');
    return typeof alias === 'string' ? `${arnOf(id)}:${generated === 'Alias' ? alias : '1'}` : undefined;
  }

  function propertyOf(id: string, name: string): Json | undefined {
    const declaration = template.Resources.get(id);
    if (declaration === undefined) return undefined;
    const { [name]: value } =
      declaration.Type === SERVERLESS_FUNCTION
        ? functionProperties(declaration, template)
        : mapOr(declaration.Properties);
    return value === undefined ? undefined : evaluate(value, template, scope);
  }

  function typeOf(id: string): string {
    const Type = template.Resources.get(id)?.Type;
    if (Type !== undefined) return Type;
    // SAM creates a role for a function without one.
    const [, functionId = ''] = /^(.+)Role$/.exec(id) ?? [];
    if (template.Resources.get(functionId)?.Type === SERVERLESS_FUNCTION) return 'AWS::IAM::Role';
    throw new Error(`Unresolved resource dependencies [${id}] in the template`);
  }

  return scope;
}

function mapOr(value: Json): JsonMap {
  return isMap(value) ? value : {};
}

const ARNS: ReadonlyMap<string, { readonly service: string; readonly prefix?: string; readonly suffix?: string }> =
  new Map([
    [SERVERLESS_FUNCTION, { service: 'lambda', prefix: 'function:' }],
    ['AWS::IAM::Role', { service: 'iam', prefix: 'role/' }],
    ['AWS::Logs::LogGroup', { service: 'logs', prefix: 'log-group:', suffix: ':*' }],
    ['AWS::CloudWatch::Alarm', { service: 'cloudwatch', prefix: 'alarm:' }],
  ]);

/**
 * The unevaluated properties of a function, merged with those in `Globals`.
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
export function functionProperties({ Properties }: ResourceDeclaration, { Globals }: Template): JsonMap {
  const merged = withGlobals(Properties, isMap(Globals) ? Globals['Function'] : undefined);
  return isMap(merged) ? merged : {};
}

/** Merges maps by key and joins lists. In any other case the function's own value wins. */
function withGlobals(own: Json, global: Json | undefined): Json {
  if (global === undefined) return own;
  if (isList(own) && isList(global)) return [...global, ...own];
  if (!isPlainMap(own) || !isPlainMap(global)) return own;
  const merged = Object.entries(own).map(([name, value]): [string, Json] => [name, withGlobals(value, global[name])]);
  return { ...global, ...Object.fromEntries(merged) };
}

/** Whether the value is a map, but not a call of an intrinsic function. */
export function isPlainMap(value: Json): value is JsonMap {
  return isMap(value) && intrinsicCall(value) === undefined;
}
