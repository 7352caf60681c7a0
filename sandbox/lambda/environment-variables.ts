/**
 * What an execution environment finds in its variables: Lambda's own and the function's, and nothing of the machine that
 * runs the sandbox except where its programs are. Called by `environment.ts`.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
import type { FunctionConfiguration } from './function.ts';

export function environmentVariables(
  configuration: FunctionConfiguration,
  Region: string,
  logStreamName: string,
  runtimeApiAddress: string,
): Record<string, string> {
  const { FunctionName, MemorySize, Handler, Runtime, codePath, Environment } = configuration;
  return {
    // The AWS SDK warns on every start under a Node.js older than Lambda's; that says nothing about the function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...Environment,
    AWS_REGION: Region,
    AWS_DEFAULT_REGION: Region,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: 'sandbox',
    AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.LogGroupName,
    ...(configuration.ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: configuration.ApplicationLogLevel }),
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_RUNTIME_API: runtimeApiAddress,
    LAMBDA_TASK_ROOT: codePath,
    LANG: 'en_US.UTF-8',
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    _HANDLER: Handler,
  };
}
