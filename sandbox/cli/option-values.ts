/** Reads the values of options, and the files that they name. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { InvalidArgumentError } from 'commander';
import { isMap, type Json, type JsonMap } from '../json.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type FunctionConfiguration } from '../lambda/function.ts';
import { UsageError } from './errors.ts';

type Variables = Readonly<Record<string, string>>;

// The functions down to `wholeNumber` are commander's parsers: they throw InvalidArgumentError for a wrong value.

export function several(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

export function parameter(text: string, earlier: Variables = {}): Variables {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as NAME=VALUE.');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Any other name could be that of a file which must not be overwritten. */
export function svgFile(text: string): string {
  if (text.endsWith('.svg')) return text;
  throw new InvalidArgumentError('The file name must end in .svg.');
}

/** A parser for whole numbers from `least` to `most`, or of any size. */
export function wholeNumber(given?: readonly [least: number, most: number]): (text: string) => number {
  const [least, most] = given ?? [0, Number.POSITIVE_INFINITY];
  const range = given === undefined ? '' : ` from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number${range}.`);
  };
}

/** The text of a template. Throws a UsageError if `file` cannot be read. */
export function readTemplate(file: string): string {
  return orUsageError('The template cannot be read.', () => readFileSync(file, 'utf8'));
}

/** Checks before an operation starts that its timeline can be written. Throws a UsageError if not. */
export function checkTimelineFile(file: string): void {
  orUsageError('The timeline cannot be written.', () => accessSync(dirname(file), constants.W_OK));
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder) throw new UsageError(`The timeline cannot be written: ${file} is a folder.`);
}

/** ResourceProperties for `check`, if there is a file. Throws a UsageError if it does not contain a JSON object. */
export function readPropertiesFile(file: string | undefined): JsonMap | undefined {
  if (file === undefined) return undefined;
  const properties: Json = orUsageError(`${file} cannot be read.`, () => JSON.parse(readFileSync(file, 'utf8')));
  if (isMap(properties)) return properties;
  throw new UsageError(`${file} must contain a JSON object: ResourceProperties without ServiceToken.`);
}

/** Throws a UsageError that starts with `problem` if `read` throws. */
export function orUsageError<T>(problem: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${problem} ${isNativeError(error) ? error.message : String(error)}`);
  }
}

/** The user's own provider, as the Lambda function that it would be. */
export interface HandlerOptions {
  /** A file and, after a colon, its export. */
  readonly handler?: string;
  readonly variable?: Variables;
  /** The function's Timeout in seconds. */
  readonly functionTimeout?: number;
}

export const longestTimeoutSeconds = 900;

/** The function that the options name, if any. Throws a UsageError if Lambda cannot load it, or for variables without it. */
export function otherFunction({ handler, ...rest }: HandlerOptions): FunctionConfiguration | undefined {
  if (handler !== undefined) return functionFrom(handler, rest);
  if (rest.variable === undefined) return undefined;
  throw new UsageError('--variable sets environment variables of the provider that --handler names: add --handler.');
}

/**
 * The function with the code in `FILE[:EXPORT]` and the name of the file. Throws a UsageError if Lambda cannot load it.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
 */
export function functionFrom(
  handler: string,
  { variable = {}, functionTimeout = longestTimeoutSeconds }: Omit<HandlerOptions, 'handler'>,
  option: '--handler' | '--on-failure' = '--handler',
): FunctionConfiguration {
  const { file = '', exported } = /^(?<file>.*?)(?::(?<exported>[\w$]+))?$/.exec(handler)?.groups ?? {};
  const { Runtime, usualExport } = languageOf(file, option);
  const module = basename(file, extname(file));
  const FunctionName = module.replace(/[^\w-]/g, '-');
  return {
    LogicalResourceId: module,
    FunctionName,
    FunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${FunctionName}`,
    Handler: `${module}.${exported ?? usualExport}`,
    Runtime,
    codePath: dirname(resolve(file)),
    Timeout: functionTimeout,
    MemorySize: 128,
    Environment: variable,
    LogGroupName: `/aws/lambda/${FunctionName}`,
    EventInvokeConfig: DEFAULT_EVENT_INVOKE_CONFIG,
    answersOnlyAws: true,
  };
}

const node = { Runtime: 'nodejs24.x', usualExport: 'handler' };
const python = { Runtime: 'python3.14', usualExport: 'lambda_handler' };
const languages: Readonly<Record<string, typeof node>> = { '.js': node, '.cjs': node, '.mjs': node, '.py': python };

function languageOf(file: string, option: string): typeof node {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file} for ${option}.`);
  const extension = extname(file);
  const language = languages[extension];
  if (language === undefined) {
    const hint = extension === '.ts' ? ' Build it first, as you would for Lambda.' : '';
    const accepted = `${option} takes a .js, .cjs, .mjs or .py file.`;
    throw new UsageError(`${file} is neither JavaScript nor Python: ${accepted}${hint}`);
  }
  const problem = `Lambda reads the part of ${basename(file)} after the first dot as an export. Rename the file.`;
  if (basename(file, extension).includes('.')) throw new UsageError(problem);
  if (language === python) checkPython();
  return language;
}

/** The Python that runs functions: that of the active virtual environment, or the one that LAMBDA_PYTHON names. */
export function pythonCommand(): string {
  const named = process.env['LAMBDA_PYTHON'] ?? 'python3';
  return named.includes('/') ? resolve(named) : named;
}

/** AWS's runtime client for Python is not part of this package. Throws a UsageError if it is not installed. */
export function checkPython(): void {
  const command = pythonCommand();
  const { error, status } = spawnSync(command, ['-c', 'import awslambdaric']);
  if (status === 0) return;
  const install = `Install it with:\n  ${command} -m pip install awslambdaric`;
  throw new UsageError(
    error === undefined
      ? `A Python function runs under AWS's own runtime client, which ${command} does not have. ${install}`
      : `A Python function needs Python, but ${command} cannot be run. Install it, or name another one: LAMBDA_PYTHON=PATH.`,
  );
}
