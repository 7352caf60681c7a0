/**
 * The sandbox as the command line runs it: in real time, with SageMaker quick, and with the built bundle in processes
 * of its own.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { FaultInjector } from '../faults/fault-injector.ts';
import { createForeignExecutor } from '../lambda/foreign-executor.ts';
import type { FunctionConfiguration } from '../lambda/function.ts';
import { createProcessExecutor } from '../lambda/process-executor.ts';
import { randomUuid, seededRandom } from '../random.ts';
import { realClock } from '../real-clock.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';
import {
  openSandbox,
  type ProviderTemplate,
  type Sandbox,
  type SandboxOptions,
  type SandboxSnapshot,
} from '../sandbox.ts';
import { parseTemplate } from '../template/parse.ts';
import { type AskedFault, faultDescription } from './faults.ts';
import { listenForInterrupt } from './interrupt.ts';
import { createKillableExecutors } from './killable-executor.ts';
import { readTemplate } from './option-values.ts';
import { providerTypes, readSchema } from './provider-types.ts';
import type { Trial } from './trial.ts';
import { UsageError } from './usage-error.ts';

export interface ProviderSandboxOptions {
  /** The folder that holds this project: the bundles are in its `dist/`. */
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
  readonly snapshot?: SandboxSnapshot | undefined;
  /** Somebody else's provider, which answers for every other ServiceToken. */
  readonly otherFunction?: FunctionConfiguration | undefined;
  /** Hears every line that a function logs. */
  readonly onLog: (functionId: string, line: string) => void;
  /** Without it there are no faults, and nobody watches. */
  readonly trial?: Trial;
}

/** An image is there at once: CloudFormation would look again only after five seconds. Versions take a moment. */
export const quickSageMaker = sageMakerSettings({
  durations: {
    imageCreation: [0, 0],
    imageUpdate: [0, 0],
    imageDeletion: [0, 0],
    versionCreation: [600, 1300],
    versionDeletion: [600, 1300],
  },
});

const pauseBeforeRollbackMs = 300;

/**
 * Does `work` in a sandbox, then closes it: no child process stays behind. Rejects with Interrupted on Ctrl-C, and
 * with a UsageError where the provider was not built.
 */
export async function withProviderSandbox<T>(
  { packageRoot, providerTemplate, seed, snapshot, otherFunction, onLog, trial }: ProviderSandboxOptions,
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const interrupt = listenForInterrupt();
  const random = seededRandom(seed);
  const template = readProvider(providerTemplate);
  const killable = createKillableExecutors();
  const mayKill = trial?.faults.some(({ name }) => name === 'kill') ?? false;
  const faultInjector = new FaultInjector<AskedFault>(
    {
      clock: realClock,
      random,
      newRequestId: () => randomUuid(random),
      kill: killable.kill,
      onFault: (fault, what) => trial?.onFault(fault, faultDescription(fault, what)),
    },
    trial?.faults,
  );
  const sandbox = await openSandbox({
    clock: realClock,
    random,
    providerTemplate: template,
    providerParameters: parametersOf(template),
    sageMaker: {
      ...quickSageMaker,
      ...(trial && { switches: trial.switches.sageMaker }),
      failures: faultInjector.failures,
    },
    cloudFormation: { pauseBeforeRollbackMs, ...trial?.switches.cloudFormation },
    ...(trial && { lambda: watchedLambda(trial, faultInjector) }),
    bucket: { intercept: faultInjector.interceptDelivery },
    knownTypes: providerTypes(readSchema(packageRoot), { isAlone: otherFunction === undefined }),
    ...(snapshot && { snapshot }),
    otherFunction,
    executor: (configuration, endpoints) => {
      const createExecutor = configuration === otherFunction ? createForeignExecutor : createProcessExecutor;
      const start = () =>
        createExecutor(
          configuration,
          {
            Region: quickSageMaker.Region,
            // Another runtime and another Node.js than the sandbox's own: those of Lambda, say.
            bootstrapPath: process.env['LAMBDA_RIC'] ?? join(packageRoot, 'dist/sandbox/bootstrap.cjs'),
            nodePath: process.env['LAMBDA_NODE'] ?? process.execPath,
            responseHostPath: join(packageRoot, 'dist/sandbox/response-host.cjs'),
            extraVariables: {
              AWS_ENDPOINT_URL_SAGEMAKER: endpoints.sageMaker,
              AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
            },
          },
          { clock: realClock, random, onLog: (line) => onLog(configuration.LogicalResourceId, line) },
        );
      return mayKill ? killable.executor(start) : start();
    },
  });
  sandbox.sageMaker.intercept(faultInjector.interceptor);
  if (trial) sandbox.sageMaker.intercept(trial.recorder.interceptor);
  const idle = async () => {
    await sandbox.idle();
    await faultInjector.idle();
    await sandbox.idle();
  };
  try {
    for (const configuration of sandbox.functions) checkBuilt(configuration);
    return await interrupt.race(work({ ...sandbox, idle }));
  } finally {
    interrupt.stop();
    await sandbox.close();
  }
}

/** A delivery that a fault keeps from the function is no invocation; one that dies at once is. */
function watchedLambda(
  { recorder, onAttempt }: Trial,
  faultInjector: FaultInjector<AskedFault>,
): NonNullable<SandboxOptions['lambda']> {
  return {
    intercept: (attempt, run) =>
      faultInjector.intercept(attempt, () => recorder.invocation(attempt, () => faultInjector.invoke(attempt, run))),
    onAttempt,
  };
}

/** The provider's own template, unless the user names another. */
export function defaultProviderTemplate(packageRoot: string): string {
  return join(packageRoot, 'template.yaml');
}

/** What the provider is deployed with: the parameter without a default, and everything that there is by choice. */
const parameterValues = { ImageNamePattern: '*', NativeTypeMacro: 'true' };

/** As `readProviderTemplate`, but with the user's own path in messages. */
function readProvider(path: string): ProviderTemplate {
  return { template: parseTemplate(readTemplate(path), relative('', path)), baseFolder: dirname(resolve(path)) };
}

/** Those that the provider's template has. */
function parametersOf({ template }: ProviderTemplate): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameterValues).filter(([name]) => template.Parameters.has(name)));
}

function checkBuilt({ LogicalResourceId, Handler, codePath }: FunctionConfiguration): void {
  const module = Handler.slice(0, Handler.lastIndexOf('.'));
  if (['.js', '.mjs', '.cjs'].some((extension) => existsSync(join(codePath, module + extension)))) return;
  const where = join(relative('', codePath), module);
  throw new UsageError(`The code of ${LogicalResourceId} is missing: ${where}.cjs. Build it with:\n  npm run build`, 1);
}
