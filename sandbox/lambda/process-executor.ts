/**
 * Runs the built bundle in its own processes, as Lambda does: each environment runs one invocation at a time, an idle
 * environment is reused, and another is started when all are busy. `npm start` and the crash tests use it in real time.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import {
  type EnvironmentDependencies,
  type EnvironmentSettings,
  type ExecutionEnvironment,
  startEnvironment,
} from './environment.ts';
import type { Executor, FunctionConfiguration } from './function.ts';

export function createProcessExecutor(
  configuration: FunctionConfiguration,
  settings: EnvironmentSettings,
  dependencies: EnvironmentDependencies,
): Executor {
  const idle: ExecutionEnvironment[] = [];
  const started = new Set<Promise<ExecutionEnvironment>>();

  async function start(): Promise<ExecutionEnvironment> {
    const environment = startEnvironment(configuration, settings, dependencies);
    started.add(environment);
    return environment;
  }

  return {
    invoke: async (event, context) => {
      const environment = idle.pop() ?? (await start());
      const result = await environment.invoke(event, context);
      if (environment.isReusable()) idle.push(environment);
      return result;
    },
    close: async () => {
      idle.length = 0;
      await Promise.all([...started].map(async (environment) => (await environment).stop()));
    },
  };
}
