/**
 * A small Lambda runtime for Node.js: it loads the handler, gets one event after the other from the Runtime API, and
 * reports what the handler returned or threw. Lambda's own `aws-lambda-ric` can replace it. It always runs in real time.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
 */
import { existsSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { deferred } from './deferred.ts';

type Handler = (event: unknown, context: object, callback: Callback) => unknown;
type Callback = (error?: unknown, result?: unknown) => void;

const ROOT = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`;
// One connection without a time limit, because the wait for the next event may be long.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function main(): Promise<void> {
  let reportTo = 'init/error';
  const exitWith = async (error: unknown) => {
    await reportError(reportTo, error);
    process.exit(1);
  };
  process.on('unhandledRejection', exitWith);
  process.on('uncaughtException', exitWith);

  let handler: Handler;
  try {
    handler = await loadHandler(process.env['_HANDLER'] ?? '', process.env['LAMBDA_TASK_ROOT'] ?? process.cwd());
  } catch (error) {
    return exitWith(error);
  }
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const awsRequestId = header(headers, 'aws-request-id');
    reportTo = `invocation/${awsRequestId}/error`;
    process.env['_X_AMZN_TRACE_ID'] = header(headers, 'trace-id');
    try {
      const returned = await run(handler, JSON.parse(body), handlerContext(awsRequestId, headers));
      await call('POST', `invocation/${awsRequestId}/response`, JSON.stringify(returned) ?? 'null');
    } catch (error) {
      await reportError(reportTo, error);
    }
  }
}

/**
 * The result is that of the promise, or of the first of `done`, `succeed`, `fail` and the callback, which the runtimes up to
 * Node.js 22 have. Without a promise, the callback's result counts when nothing is left to do, unless the context says
 * otherwise.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback
 */
async function run(handler: Handler, event: unknown, context: ReturnType<typeof handlerContext>): Promise<unknown> {
  const { promise: result, resolve, reject } = deferred<unknown>();
  const settle: Callback = (error, value) => (error === undefined || error === null ? resolve(value) : reject(error));
  let atEnd = () => resolve(null);
  const whenIdle = () => atEnd();
  const callback: Callback = (error, value) => {
    atEnd = () => settle(error, value);
    if (!context.callbackWaitsForEmptyEventLoop) atEnd();
  };
  const returned = handler(event, Object.assign(context, { done: settle, succeed: resolve, fail: reject }), callback);
  if (returned instanceof Promise) return Promise.race([returned, result]);
  process.once('beforeExit', whenIdle);
  return result.finally(() => process.off('beforeExit', whenIdle));
}

async function loadHandler(handlerName: string, taskRoot: string): Promise<Handler> {
  const [, moduleName, exportName] = /^([^.]+)\.(.+)$/.exec(basename(handlerName)) ?? [];
  if (moduleName === undefined || exportName === undefined) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const stem = join(taskRoot, dirname(handlerName), moduleName);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((path) => existsSync(path));
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${join(dirname(handlerName), moduleName)}'`);
  }
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw error instanceof SyntaxError ? named('Runtime.UserCodeSyntaxError', String(error)) : error;
  });
  // Node.js does not always recognise the named exports of a CommonJS module: `default` then has them all.
  const handler = member(module, exportName) ?? member(member(module, 'default'), exportName);
  if (!isHandler(handler)) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  return handler;
}

function member(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function handlerContext(awsRequestId: string, headers: IncomingHttpHeaders) {
  const deadlineMs = Number(header(headers, 'deadline-ms'));
  return {
    awsRequestId,
    invokedFunctionArn: header(headers, 'invoked-function-arn'),
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

async function reportError(path: string, error: unknown): Promise<void> {
  const { name, message, stack } = error instanceof Error ? error : named(typeof error, String(error));
  process.stderr.write(`${stack}\n`);
  await call('POST', path, JSON.stringify({ errorType: name, errorMessage: message, trace: stack?.split('\n') }), {
    'Lambda-Runtime-Function-Error-Type': name,
  });
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

function header(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[`lambda-runtime-${name}`] ?? '');
}

function call(method: string, path: string, body = '', headers: Record<string, string> = {}) {
  return new Promise<{ headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    request(`${ROOT}/${path}`, { method, agent, headers }, (response) => {
      text(response).then((received) => resolve({ headers: response.headers, body: received }), reject);
    })
      // The sandbox has ended, so there is nothing to report to.
      .on('error', () => process.exit(1))
      .end(body);
  });
}

void main();
