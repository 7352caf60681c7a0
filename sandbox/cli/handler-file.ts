/**
 * `--handler FILE[:EXPORT]`: the user's own provider, as the Lambda function that it would be.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import type { FunctionConfiguration } from '../lambda/function.ts';
import { UsageError } from './usage-error.ts';

export interface HandlerOptions {
  /** A file and, after a colon, its export. */
  readonly handler?: string;
  /** Environment variables of the function. */
  readonly variable?: Readonly<Record<string, string>>;
  /** The function's Timeout in seconds. */
  readonly functionTimeout?: number;
}

/** Lambda's longest Timeout. */
export const longestTimeoutSeconds = 900;

/**
 * The function that the options name, if any. Throws a UsageError if Lambda cannot load the file, or if there are variables
 * without a function.
 */
export function otherFunction({ handler, ...rest }: HandlerOptions): FunctionConfiguration | undefined {
  if (handler !== undefined) return functionFrom(handler, rest);
  if (rest.variable === undefined) return undefined;
  throw new UsageError('--variable sets environment variables of the provider that --handler names: add --handler.', 2);
}

/** The function with the code in `FILE[:EXPORT]` and the name of the file. Throws a UsageError if Lambda cannot load it. */
export function functionFrom(
  handler: string,
  { variable = {}, functionTimeout = longestTimeoutSeconds }: Omit<HandlerOptions, 'handler'>,
): FunctionConfiguration {
  const { file = '', exported = 'handler' } = /^(?<file>.*?)(?::(?<exported>[\w$]+))?$/.exec(handler)?.groups ?? {};
  checkFile(file);
  const module = basename(file, extname(file));
  const FunctionName = module.replace(/[^\w-]/g, '-');
  return {
    LogicalResourceId: module,
    FunctionName,
    FunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${FunctionName}`,
    Handler: `${module}.${exported}`,
    Runtime: 'nodejs24.x',
    codePath: dirname(resolve(file)),
    Timeout: functionTimeout,
    MemorySize: 128,
    Environment: variable,
    LogGroupName: `/aws/lambda/${FunctionName}`,
    EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 },
  };
}

function checkFile(file: string): void {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file} for --handler.`, 2);
  const extension = extname(file);
  if (!['.js', '.cjs', '.mjs'].includes(extension)) {
    const hint = extension === '.ts' ? ' Build it first, as you would for Lambda.' : '';
    throw new UsageError(`${file} is not JavaScript: --handler takes a .js, .cjs or .mjs file.${hint}`, 2);
  }
  if (basename(file, extension).includes('.')) {
    throw new UsageError(
      `Lambda reads the part of ${basename(file)} after the first dot as an export. Rename the file.`,
      2,
    );
  }
}
