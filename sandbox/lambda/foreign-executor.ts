/**
 * Runs the provider of another author, as `process-executor.ts` does, but with a ResponseURL on AWS's own host: many
 * providers accept no other. `response-host.ts` redirects the delivery to the sandbox.
 */
import { isMap, type Json } from '../json.ts';
import type { Executor, FunctionConfiguration } from './function.ts';
import { createProcessExecutor, type EnvironmentDependencies, type EnvironmentSettings } from './process-executor.ts';

export function createForeignExecutor(
  configuration: FunctionConfiguration,
  { responseHostPath, ...settings }: EnvironmentSettings & { readonly responseHostPath: string },
  dependencies: EnvironmentDependencies,
): Executor {
  let executor: Executor | undefined;
  /** The first request contains the server of all responses. */
  const open = (server: string) => {
    const extraVariables = {
      ...settings.extraVariables,
      NODE_OPTIONS: `${configuration.Environment['NODE_OPTIONS'] ?? ''} --require=${JSON.stringify(responseHostPath)}`,
      SANDBOX_RESPONSE_SERVER: server,
    };
    return createProcessExecutor(configuration, { ...settings, extraVariables }, dependencies);
  };
  return {
    invoke: (event, context) => {
      executor ??= open(new URL(responseUrlOf(event) ?? 'http://127.0.0.1:0').host);
      return executor.invoke(withAwsHost(event, settings.Region), context);
    },
    close: async () => executor?.close(),
  };
}

/** The ResponseURL of a request, or of the request in the record for an OnFailure destination. */
function responseUrlOf(event: Json): string | undefined {
  if (!isMap(event)) return undefined;
  const { ResponseURL, requestPayload = null } = event;
  return typeof ResponseURL === 'string' ? ResponseURL : responseUrlOf(requestPayload);
}

function withAwsHost(event: Json, region: string): Json {
  if (!isMap(event)) return event;
  const { ResponseURL, requestPayload } = event;
  return {
    ...event,
    ...(typeof ResponseURL === 'string' && { ResponseURL: onAwsHost(ResponseURL, region) }),
    ...(requestPayload !== undefined && { requestPayload: withAwsHost(requestPayload, region) }),
  };
}

function onAwsHost(url: string, region: string): string {
  const host = `cloudformation-custom-resource-response-${region.replaceAll('-', '')}.s3.${region}.amazonaws.com`;
  return url.replace(/^http:\/\/[^/]+/, `https://${host}`);
}
