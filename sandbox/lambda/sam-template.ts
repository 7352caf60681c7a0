/**
 * Reads the functions of a SAM template, so that the sandbox runs what `sam deploy` would deploy, with the same timeouts
 * and retries.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
import { resolve } from 'node:path';
import { isList, isMap, type Json, mapOf } from '../json.ts';
import { brokenRules, evaluate, isPlainMap, isWanted } from '../template/evaluate.ts';
import { resolveParameters } from '../template/parameters.ts';
import {
  type Problem,
  pseudoParametersOf,
  type ResourceDeclaration,
  type Scope,
  type Template,
  TemplateError,
} from '../template/template.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type FunctionConfiguration } from './function.ts';

/**
 * The functions, exports and macros of a SAM template, as deployed with `parameterValues`. CodeUri is relative to
 * `baseFolder`, the template's own. Throws TemplateError with every missing or invalid property of a function, and Error if
 * the values break a constraint or a rule.
 */
export function readFunctions(
  template: Template,
  parameterValues: Readonly<Record<string, string>>,
  { baseFolder, ...target }: DeploymentTarget & { readonly baseFolder: string },
) {
  const scope = deployedScope(template, resolveParameters(template, parameterValues), target);
  const broken = brokenRules(template, scope);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const problems: Problem[] = [];
  const functions = wantedOfType(SERVERLESS_FUNCTION, template, scope).map((declaration) => {
    const { LogicalResourceId, line } = declaration;
    const report = (message: string) =>
      problems.push({ line, column: 1, message: `Resource [${LogicalResourceId}]: ${message}` });
    const { codePath, ...others } = readFunction(declaration, template, scope, report);
    return { ...others, codePath: resolve(baseFolder, codePath) };
  });
  if (problems.length > 0) throw new TemplateError(template.fileName, problems);
  const StackId = scope.pseudoParameters['AWS::StackId'];
  return { StackId, functions, exports: readExports(template, scope), macros: readMacros(template, scope) };
}

function wantedOfType(type: string, template: Template, scope: Scope): readonly ResourceDeclaration[] {
  const ofType = [...template.Resources.values()].filter(({ Type }) => Type === type);
  return ofType.filter(({ Condition }) => isWanted(Condition, template, scope));
}

/** Evaluates only the properties that it reads: others may use functions that the sandbox does not simulate. */
function readFunction(
  { LogicalResourceId, Properties }: ResourceDeclaration,
  template: Template,
  scope: Scope,
  report: (message: string) => void,
): FunctionConfiguration {
  const valueAt = (path: string): Json | undefined => {
    let value: Json | undefined = mapOf(Properties);
    for (const name of path.split('.')) {
      // The values of a plain map stay unevaluated, but an intrinsic function must be evaluated to get its map.
      if (value !== undefined && !isPlainMap(value)) value = evaluate(value, template, scope);
      value = isMap(value) ? value[name] : undefined;
    }
    return value === undefined ? undefined : evaluate(value, template, scope);
  };
  const optionalText = (path: string): string | undefined => {
    const value = valueAt(path);
    if (value === undefined || typeof value === 'string') return value;
    report(`${path} must be a string`);
    return undefined;
  };
  const text = (name: string): string => {
    if (valueAt(name) === undefined) report(`${name} is missing`);
    return optionalText(name) ?? '';
  };
  const number = (path: string, byDefault: number): number => {
    const value = valueAt(path) ?? byDefault;
    if (isMap(value) || isList(value) || !Number.isInteger(Number(value))) report(`${path} must be a whole number`);
    return Number(value);
  };
  const texts = (path: string): Readonly<Record<string, string>> => {
    const value = valueAt(path) ?? {};
    if (!isMap(value)) report(`${path} must be a map`);
    return Object.fromEntries(Object.entries(mapOf(value)).map(([name, entry]) => [name, String(entry)]));
  };

  const AutoPublishAlias = optionalText('AutoPublishAlias');
  const ApplicationLogLevel = optionalText('LoggingConfig.ApplicationLogLevel');
  const OnFailure = optionalText('EventInvokeConfig.DestinationConfig.OnFailure.Destination');
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds } = DEFAULT_EVENT_INVOKE_CONFIG;
  return {
    LogicalResourceId,
    FunctionName: scope.ref(LogicalResourceId),
    FunctionArn: String(scope.getAtt(LogicalResourceId, 'Arn')),
    Handler: text('Handler'),
    Runtime: text('Runtime'),
    codePath: text('CodeUri'),
    Timeout: number('Timeout', 3),
    MemorySize: number('MemorySize', 128),
    Environment: texts('Environment.Variables'),
    LogGroupName: optionalText('LoggingConfig.LogGroup') ?? `/aws/lambda/${scope.ref(LogicalResourceId)}`,
    ...(ApplicationLogLevel !== undefined && { ApplicationLogLevel }),
    ...(AutoPublishAlias !== undefined && { AutoPublishAlias }),
    EventInvokeConfig: {
      MaximumRetryAttempts: number('EventInvokeConfig.MaximumRetryAttempts', retries),
      MaximumEventAgeInSeconds: number('EventInvokeConfig.MaximumEventAgeInSeconds', seconds),
      ...(OnFailure !== undefined && { OnFailure }),
    },
  };
}

/** The values that other stacks can import, by export name. */
function readExports(template: Template, scope: Scope): Readonly<Record<string, string>> {
  const exports: Record<string, string> = {};
  for (const { Value, Condition, ExportName } of template.Outputs.values()) {
    if (!isWanted(Condition, template, scope)) continue;
    const value = String(evaluate(Value, template, scope) ?? null);
    if (ExportName !== undefined) exports[String(evaluate(ExportName, template, scope))] = value;
  }
  return exports;
}

/**
 * The ARN of each macro's function, by the name of the macro.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-macro.html
 */
function readMacros(template: Template, scope: Scope): Readonly<Record<string, string>> {
  const macros = wantedOfType('AWS::CloudFormation::Macro', template, scope)
    .map(({ Properties }) => evaluate(Properties, template, scope))
    .filter(isMap);
  return Object.fromEntries(macros.map(({ Name, FunctionName }) => [String(Name), String(FunctionName)]));
}

const SERVERLESS_FUNCTION = 'AWS::Serverless::Function';

interface DeploymentTarget {
  readonly Region: string;
  readonly AccountId: string;
  readonly partition: string;
  /** The name of its stack: the first part of every generated name. */
  readonly StackName: string;
}

export function deployedScope(
  template: Template,
  parameters: Scope['parameters'],
  { Region: region, AccountId: accountId, partition, StackName }: DeploymentTarget,
): Scope {
  const StackId = `arn:${partition}:cloudformation:${region}:${accountId}:stack/${StackName}/00000000-0000-4000-8000-000000000000`;
  const scope: Scope = {
    pseudoParameters: pseudoParametersOf({ accountId, region, partition, StackName, StackId }),
    parameters,
    ref: nameOf,
    getAtt: (id, attribute) => {
      if (attribute === 'Arn') return arnOf(id);
      // A SAM template can refer to the alias and the version from AutoPublishAlias: `Function.Alias`.
      const alias = typeOf(id) === SERVERLESS_FUNCTION ? propertyOf(id, 'AutoPublishAlias') : undefined;
      if (typeof alias === 'string' && attribute === 'Alias') return `${arnOf(id)}:${alias}`;
      if (typeof alias === 'string' && attribute === 'Version') return `${arnOf(id)}:1`;
      return `${nameOf(id)}-${attribute}`;
    },
    importValue: (name) => {
      throw new Error(`No export named ${name} found.`);
    },
  };

  function nameOf(id: string): string {
    const given = propertyOf(id, `${typeOf(id).split('::').at(-1)}Name`);
    return typeof given === 'string' ? given : `${StackName}-${id}`;
  }

  function arnOf(id: string): string {
    const Type = typeOf(id);
    const [service, prefix, suffix] = ARNS.get(Type) ?? [Type.split('::')[1]?.toLowerCase() ?? '', '', ''];
    const place = `${service === 'iam' ? '' : region}:${accountId}`;
    return `arn:${partition}:${service}:${place}:${prefix}${nameOf(id)}${suffix}`;
  }

  function propertyOf(id: string, name: string): Json | undefined {
    const { [name]: value } = mapOf(template.Resources.get(id)?.Properties);
    return value === undefined ? undefined : evaluate(value, template, scope);
  }

  function typeOf(id: string): string {
    const Type = template.Resources.get(id)?.Type;
    if (Type !== undefined) return Type;
    throw new Error(`Unresolved resource dependencies [${id}] in the template`);
  }

  return scope;
}

/** The service in the ARN of a type, and what stands before and after its name. */
const ARNS: ReadonlyMap<string, readonly [service: string, prefix: string, suffix: string]> = new Map([
  [SERVERLESS_FUNCTION, ['lambda', 'function:', '']],
  ['AWS::IAM::Role', ['iam', 'role/', '']],
  ['AWS::Logs::LogGroup', ['logs', 'log-group:', ':*']],
  ['AWS::CloudWatch::Alarm', ['cloudwatch', 'alarm:', '']],
]);
