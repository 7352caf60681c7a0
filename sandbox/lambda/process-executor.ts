/**
 * Runs a function in its own processes, as Lambda does: each environment runs one invocation at a time, an idle
 * environment is reused, and another is started when all are busy.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TimeAndChance } from '../clock.ts';
import { type Executor, type FunctionConfiguration, type InvocationResult, newLogStreamName } from './function.ts';
import { startRuntimeApi } from './runtime-api.ts';

export function createProcessExecutor(
  configuration: FunctionConfiguration,
  settings: EnvironmentSettings,
  dependencies: EnvironmentDependencies,
): Executor {
  const idle: ReturnType<typeof startEnvironment>[] = [];
  const all = new Set<ReturnType<typeof startEnvironment>>();
  return {
    invoke: async (event, context) => {
      const starting = idle.pop() ?? startEnvironment(configuration, settings, dependencies);
      all.add(starting);
      const environment = await starting;
      const result = await environment.invoke(event, context);
      if (environment.isReusable()) idle.push(starting);
      return result;
    },
    close: async () => {
      idle.length = 0;
      await Promise.all([...all].map(async (environment) => (await environment).stop()));
    },
  };
}

export interface EnvironmentSettings {
  readonly Region: string;
  /** The path of the runtime: `bootstrap.ts`, built into one CommonJS file. */
  readonly bootstrapPath: string;
  /** The path of the Node.js that runs it; by default the one that runs the sandbox. */
  readonly nodePath?: string;
  /** The runtime of functions in Python: the command, and the path of `bootstrap.py`. */
  readonly python?: readonly [command: string, bootstrapPath: string];
  /** Added to the variables of Lambda and of the function: the endpoints of the sandbox's services. */
  readonly extraVariables?: Readonly<Record<string, string>>;
}

export interface EnvironmentDependencies extends TimeAndChance {
  /** Is called with every line that the function writes to its standard output and error. */
  readonly onLog?: (line: string) => void;
}

async function startEnvironment(
  configuration: FunctionConfiguration,
  settings: EnvironmentSettings,
  { clock, random, onLog = () => {} }: EnvironmentDependencies,
) {
  const api = await startRuntimeApi();
  const { nodePath = process.execPath, bootstrapPath, python = [] } = settings;
  const [command = '', ...args] = configuration.Runtime.startsWith('python') ? python : [nodePath, bootstrapPath];
  const child = spawn(command, args, {
    cwd: configuration.codePath,
    env: {
      ...environmentVariables(configuration, settings.Region),
      AWS_LAMBDA_LOG_STREAM_NAME: newLogStreamName({ clock, random }),
      AWS_LAMBDA_RUNTIME_API: api.address,
      ...settings.extraVariables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = exitReason(child);
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLog);
  let reusable = true;

  async function stop(): Promise<void> {
    reusable = false;
    child.kill('SIGKILL');
    await exited;
    await api.close();
  }

  /** Runs one invocation at a time. Unless the runtime then asks for another event, the environment ends. */
  const invoke: Executor['invoke'] = async (event, context) => {
    const ended = new AbortController();
    const deadline = clock.sleep(context.deadlineMs - clock.now(), ended.signal).then(() => 'deadline' as const);
    const exit = exited.then((reason): InvocationResult => {
      return { outcome: 'exited', errorMessage: `RequestId: ${context.awsRequestId} Error: ${reason}` };
    });
    const first = await Promise.race([api.invoke(event, context), api.initError, exit, deadline]);
    // Only a runtime that asks for another event can be reused: after an error it may be about to exit.
    const again = await Promise.race([api.ready(), api.initError, exit, deadline]);
    ended.abort();
    if (first === 'deadline' || again !== 'ready') await stop();
    return first === 'deadline' ? { outcome: 'timed out' } : first;
  };
  return { invoke, stop, isReusable: () => reusable };
}

function exitReason(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(`Runtime failed to start: ${message}`));
    child.once('close', (status, signal) => {
      if (signal !== null) return resolve(`Runtime exited with error: signal: ${SIGNALS.get(signal) ?? signal}`);
      if (status === 0) return resolve('Runtime exited without providing a reason');
      return resolve(`Runtime exited with error: exit status ${status}`);
    });
  });
}

const SIGNALS: ReadonlyMap<string, string> = new Map([
  ['SIGABRT', 'aborted'],
  ['SIGKILL', 'killed'],
  ['SIGSEGV', 'segmentation fault'],
  ['SIGTERM', 'terminated'],
]);

/**
 * The variables that Lambda and the function set. Of the machine that runs the sandbox, only PATH is in them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function environmentVariables(configuration: FunctionConfiguration, Region: string): Record<string, string> {
  return {
    // The AWS SDK warns if the Node.js here is older than Lambda's, which has nothing to do with the function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...configuration.Environment,
    AWS_REGION: Region,
    AWS_DEFAULT_REGION: Region,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: 'sandbox',
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.LogGroupName,
    ...(configuration.ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: configuration.ApplicationLogLevel }),
    LAMBDA_TASK_ROOT: configuration.codePath,
    LANG: 'en_US.UTF-8',
    // A provider that answers over https only can make an exception for the sandbox.
    HTTP_RESPONSE_HOST: '127.0.0.1',
    PATH: process.env['PATH'] ?? '',
    // The folder of the function is the user's.
    PYTHONDONTWRITEBYTECODE: '1',
    TZ: ':UTC',
    _HANDLER: configuration.Handler,
  };
}
