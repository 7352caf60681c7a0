/**
 * The Lambda Runtime API of one execution environment, over HTTP on its own port. The runtime in the child process gets
 * its next event from it and reports the result of the last one.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../http-server.ts';
import { type Json, mapOf } from '../json.ts';
import { deferred } from './deferred.ts';
import { type InvocationContext, type InvocationResult, traceIdOf } from './function.ts';

const ROOT = '/2018-06-01/runtime';
const INVOCATION_REPORT = new RegExp(`^POST ${ROOT}/invocation/([^/]+)/(response|error)$`);

export async function startRuntimeApi() {
  const initFailure = deferred<InvocationResult>();
  let next = deferred<ServerResponse>();
  let current: { readonly awsRequestId: string; readonly report: (result: InvocationResult) => void } | undefined;

  const server = await listenOnLoopback(async (request, response) => {
    const route = `${request.method} ${request.url}`;
    if (route === `GET ${ROOT}/invocation/next`) return next.resolve(response);

    const body = await text(request);
    if (route === `POST ${ROOT}/init/error`) {
      initFailure.resolve(reportedError(request, body));
      return answer(response, 202, { status: 'OK' });
    }
    const [, awsRequestId, kind] = INVOCATION_REPORT.exec(route) ?? [];
    if (kind === undefined) {
      return answer(response, 404, { errorType: 'NotFound', errorMessage: `No such route: ${route}` });
    }
    if (awsRequestId !== current?.awsRequestId) {
      return answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    }
    current?.report(kind === 'error' ? reportedError(request, body) : { outcome: 'returned', payload: parsed(body) });
    current = undefined;
    return answer(response, 202, { status: 'OK' });
  });

  return {
    /** The value of AWS_LAMBDA_RUNTIME_API: `host:port`. */
    address: new URL(server.url).host,
    /** Resolves if the runtime reports that it could not start. Never rejects. */
    initError: initFailure.promise,
    /** Resolves when the runtime waits for its next event. */
    ready: () => next.promise.then(() => 'ready' as const),
    /** Passes one event to a runtime that is `ready`, and resolves with its report. Only one at a time. */
    invoke: async (event: Json, context: InvocationContext): Promise<InvocationResult> => {
      const response = await next.promise;
      next = deferred();
      const { promise: result, resolve: report } = deferred<InvocationResult>();
      current = { awsRequestId: context.awsRequestId, report };
      response.writeHead(200, nextHeaders(context)).end(JSON.stringify(event));
      return result;
    },
    close: server.close,
  };
}

function nextHeaders({ awsRequestId, deadlineMs, invokedFunctionArn }: InvocationContext): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': awsRequestId,
    'Lambda-Runtime-Deadline-Ms': String(deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn': invokedFunctionArn,
    'Lambda-Runtime-Trace-Id': traceIdOf(awsRequestId),
  };
}

function reportedError(request: IncomingMessage, body: string): InvocationResult {
  const { errorType, errorMessage = body } = mapOf(parsed(body));
  const header = request.headers['lambda-runtime-function-error-type'];
  return {
    outcome: 'threw',
    errorType: String(errorType ?? header ?? 'Runtime.Unknown'),
    errorMessage: String(errorMessage),
  };
}

/** A text that is not JSON stays a text: the caller of an asynchronous invocation never sees it anyway. */
function parsed(body: string): Json {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function answer(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
