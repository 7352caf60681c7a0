/**
 * Reads the functions of a SAM template, so that the sandbox runs what `sam deploy` would deploy, with the same timeouts
 * and retries.
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
import { resolve } from 'node:path';
import { isList, isMap, type Json, type JsonMap } from '../json.ts';
import { evaluate, isWanted } from '../template/evaluate.ts';
import { resolveParameters } from '../template/parameters.ts';
import { type Problem, type Scope, type Template, TemplateError } from '../template/template.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG } from './deployed-function.ts';
import type { FunctionConfiguration } from './function.ts';
import {
  type DeploymentTarget,
  deployedScope,
  functionProperties,
  isPlainMap,
  SERVERLESS_FUNCTION,
} from './sam-scope.ts';

export interface DeployedTemplate {
  readonly functions: readonly FunctionConfiguration[];
  /** The evaluated outputs, by name. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** The values that other stacks can import, by export name. */
  readonly exports: Readonly<Record<string, string>>;
  /** The ARN of each macro's function, by the name of the macro. */
  readonly macros: Readonly<Record<string, string>>;
}

/**
 * The functions, outputs and macros of a SAM template, as deployed with `parameterValues`. Throws TemplateError with every
 * missing or invalid property of a function.
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
  const problems: Problem[] = [];
  const functions = [...template.Resources.values()]
    .filter(({ Type, Condition }) => Type === SERVERLESS_FUNCTION && isWanted(Condition, template, scope))
    .map((declaration) => {
      const { LogicalResourceId, line } = declaration;
      const read = propertyReader(functionProperties(declaration, template), template, scope, (message) =>
        problems.push({ line, column: 1, message: `Resource [${LogicalResourceId}]: ${message}` }),
      );
      return configurationOf(LogicalResourceId, read, scope, deployment.baseFolder);
    });
  if (problems.length > 0) throw new TemplateError(template.fileName, problems);
  return { functions, ...readOutputs(template, scope), macros: readMacros(template, scope) };
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
      MaximumRetryAttempts: read.number(
        DEFAULT_EVENT_INVOKE_CONFIG.MaximumRetryAttempts,
        'EventInvokeConfig',
        'MaximumRetryAttempts',
      ),
      MaximumEventAgeInSeconds: read.number(
        DEFAULT_EVENT_INVOKE_CONFIG.MaximumEventAgeInSeconds,
        'EventInvokeConfig',
        'MaximumEventAgeInSeconds',
      ),
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
      const holder: Json | undefined = value === undefined ? undefined : evaluateShallow(value);
      value = isMap(holder) ? holder[name] : undefined;
    }
    return value === undefined ? undefined : evaluate(value, template, scope);
  };
  // Evaluates an intrinsic function to get its map, but leaves the values of a plain map unevaluated.
  const evaluateShallow = (value: Json) => (isPlainMap(value) ? value : evaluate(value, template, scope));

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
      return isMap(value)
        ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, String(entry)]))
        : {};
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
  const macros = [...template.Resources.values()]
    .filter(({ Type, Condition }) => Type === 'AWS::CloudFormation::Macro' && isWanted(Condition, template, scope))
    .map(({ Properties }) => evaluate(Properties, template, scope))
    .filter(isMap);
  return Object.fromEntries(macros.map(({ Name, FunctionName }) => [String(Name), String(FunctionName)]));
}
