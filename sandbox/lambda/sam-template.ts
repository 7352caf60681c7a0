/**
 * Reads the functions of a SAM template, so that the sandbox runs what `sam deploy` would deploy, with the same timeouts
 * and retries.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
import { resolve } from 'node:path';
import { isList, isMap, type Json, type JsonMap, mapOf } from '../json.ts';
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

interface DeployedTemplate {
  readonly StackId: string;
  readonly functions: readonly FunctionConfiguration[];
  readonly outputs: Readonly<Record<string, Json>>;
  /** The values that other stacks can import, by export name. */
  readonly exports: Readonly<Record<string, string>>;
  /** The ARN of each macro's function, by the name of the macro. */
  readonly macros: Readonly<Record<string, string>>;
}

/**
 * The functions, outputs and macros of a SAM template, as deployed with `parameterValues`. Throws TemplateError with every
 * missing or invalid property of a function, and Error if the values break a constraint or a rule.
 */
export function readFunctions(
  template: Template,
  parameterValues: Readonly<Record<string, string>>,
  deployment: DeploymentTarget & {
    /** CodeUri is relative to this folder, the template's own. */
    readonly baseFolder: string;
  },
): DeployedTemplate {
  const scope = deployedScope(template, resolveParameters(template, parameterValues), deployment);
  const broken = brokenRules(template, scope);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const problems: Problem[] = [];
  const functions = wantedOfType(SERVERLESS_FUNCTION, template, scope).map((declaration) => {
    const { LogicalResourceId, line } = declaration;
    const read = propertyReader(mapOf(declaration.Properties), template, scope, (message) =>
      problems.push({ line, column: 1, message: `Resource [${LogicalResourceId}]: ${message}` }),
    );
    return configurationOf(LogicalResourceId, read, scope, deployment.baseFolder);
  });
  if (problems.length > 0) throw new TemplateError(template.fileName, problems);
  const StackId = stackArn(deployment);
  return { StackId, functions, ...readOutputs(template, scope), macros: readMacros(template, scope) };
}

function wantedOfType(type: string, template: Template, scope: Scope): readonly ResourceDeclaration[] {
  const ofType = [...template.Resources.values()].filter(({ Type }) => Type === type);
  return ofType.filter(({ Condition }) => isWanted(Condition, template, scope));
}

function configurationOf(
  LogicalResourceId: string,
  read: PropertyReader,
  scope: Scope,
  baseFolder: string,
): FunctionConfiguration {
  const alias = read.optionalText('AutoPublishAlias');
  const ApplicationLogLevel = read.optionalText('LoggingConfig', 'ApplicationLogLevel');
  const OnFailure = read.optionalText('EventInvokeConfig', 'DestinationConfig', 'OnFailure', 'Destination');
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds } = DEFAULT_EVENT_INVOKE_CONFIG;
  return {
    LogicalResourceId,
    FunctionName: scope.ref(LogicalResourceId),
    FunctionArn: String(scope.getAtt(LogicalResourceId, 'Arn')),
    Handler: read.text('Handler'),
    Runtime: read.text('Runtime'),
    codePath: resolve(baseFolder, read.text('CodeUri')),
    Timeout: read.number(3, 'Timeout'),
    MemorySize: read.number(128, 'MemorySize'),
    Environment: read.texts('Environment', 'Variables'),
    LogGroupName: read.optionalText('LoggingConfig', 'LogGroup') ?? `/aws/lambda/${scope.ref(LogicalResourceId)}`,
    ...(ApplicationLogLevel !== undefined && { ApplicationLogLevel }),
    ...(alias !== undefined && { AutoPublishAlias: alias }),
    EventInvokeConfig: {
      MaximumRetryAttempts: read.number(retries, 'EventInvokeConfig', 'MaximumRetryAttempts'),
      MaximumEventAgeInSeconds: read.number(seconds, 'EventInvokeConfig', 'MaximumEventAgeInSeconds'),
      ...(OnFailure !== undefined && { OnFailure }),
    },
  };
}

type PropertyReader = ReturnType<typeof propertyReader>;

/** Evaluates only the properties that are read: others may use functions that the sandbox does not simulate. */
function propertyReader(properties: JsonMap, template: Template, scope: Scope, problem: (message: string) => void) {
  const valueAt = (path: readonly string[]): Json | undefined => {
    let value: Json | undefined = properties;
    for (const name of path) {
      // The values of a plain map stay unevaluated, but an intrinsic function must be evaluated to get its map.
      const holder: Json | undefined =
        value === undefined || isPlainMap(value) ? value : evaluate(value, template, scope);
      value = isMap(holder) ? holder[name] : undefined;
    }
    return value === undefined ? undefined : evaluate(value, template, scope);
  };

  const optionalText = (...path: readonly string[]): string | undefined => {
    const value = valueAt(path);
    if (value === undefined || typeof value === 'string') return value;
    problem(`${path.join('.')} must be a string`);
    return undefined;
  };
  return {
    optionalText,
    text: (name: string): string => {
      if (valueAt([name]) === undefined) problem(`${name} is missing`);
      return optionalText(name) ?? '';
    },
    number: (byDefault: number, ...path: readonly string[]): number => {
      const value = valueAt(path) ?? byDefault;
      if (isMap(value) || isList(value) || !Number.isInteger(Number(value)))
        problem(`${path.join('.')} must be a whole number`);
      return Number(value);
    },
    texts: (...path: readonly string[]): Readonly<Record<string, string>> => {
      const value = valueAt(path) ?? {};
      if (!isMap(value)) problem(`${path.join('.')} must be a map`);
      return Object.fromEntries(Object.entries(mapOf(value)).map(([name, entry]) => [name, String(entry)]));
    },
  };
}

function readOutputs(template: Template, scope: Scope): Pick<DeployedTemplate, 'outputs' | 'exports'> {
  const outputs: Record<string, Json> = {};
  const exports: Record<string, string> = {};
  for (const [name, { Value, Condition, ExportName }] of template.Outputs) {
    if (!isWanted(Condition, template, scope)) continue;
    const value = evaluate(Value, template, scope) ?? null;
    outputs[name] = value;
    if (ExportName !== undefined) exports[String(evaluate(ExportName, template, scope))] = String(value);
  }
  return { outputs, exports };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-macro.html */
function readMacros(template: Template, scope: Scope): DeployedTemplate['macros'] {
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

function stackArn({ Region, AccountId, partition, StackName }: DeploymentTarget): string {
  return `arn:${partition}:cloudformation:${Region}:${AccountId}:stack/${StackName}/00000000-0000-4000-8000-000000000000`;
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
    pseudoParameters: pseudoParametersOf({
      accountId: AccountId,
      region: Region,
      partition,
      StackName,
      StackId: stackArn(deployment),
    }),
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
    const Type = typeOf(id);
    const given = propertyOf(id, `${Type.split('::').at(-1)}Name`);
    return typeof given === 'string' ? given : `${StackName}-${id}`;
  }

  function arnOf(id: string): string {
    const Type = typeOf(id);
    const [service, prefix, suffix] = ARNS.get(Type) ?? [Type.split('::')[1]?.toLowerCase() ?? '', '', ''];
    return arn(service, `${prefix}${nameOf(id)}${suffix}`);
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
