/** The sandbox of the command line: in real time, with a quick SageMaker, and with the built bundle in its own processes. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { realClock } from '../clock.ts';
import { FaultInjector } from '../faults/fault-injector.ts';
import { actByHand } from '../faults/person.ts';
import { ownEntry } from '../json.ts';
import { createForeignExecutor } from '../lambda/foreign-executor.ts';
import type { Executor, FunctionConfiguration } from '../lambda/function.ts';
import type { LambdaDependencies } from '../lambda/lambda.ts';
import { createProcessExecutor } from '../lambda/process-executor.ts';
import { randomUuid, seededRandom } from '../random.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';
import { type OpenSandbox, openSandbox, type SandboxOptions } from '../sandbox.ts';
import type { Conditions } from './conditions.ts';
import { UsageError } from './errors.ts';
import { type AskedFault, faultDescription } from './faults.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { KnownProvider } from './known-provider.ts';
import { checkPython, pythonCommand } from './option-values.ts';
import { createRecorder, type Recorder } from './timeline/recording.ts';

export interface ProviderSandboxOptions extends Pick<SandboxOptions, 'snapshot' | 'otherFunction' | 'ports'> {
  /** The folder of the bundles that run functions. */
  readonly bundles: string;
  readonly provider: Pick<KnownProvider, 'template' | 'parameters' | 'knownTypes'>;
  readonly seed: number;
  readonly onLog: (functionId: string, line: string) => void;
  readonly conditions?: Conditions;
  readonly onFault?: (description: string) => void;
  readonly onAttempt?: LambdaDependencies['onAttempt'];
}

/** Images take no time, because CloudFormation polls an image only every five seconds. */
export const quickSageMaker = sageMakerSettings({
  durations: {
    imageCreation: [400, 800],
    imageUpdate: [200, 400],
    imageDeletion: [200, 400],
    versionCreation: [600, 1300],
    versionDeletion: [600, 1300],
  },
});

/**
 * The pauses of CloudFormation in real time, shorter than the real ones. A rollback begins more than a second after the
 * failure, because the dates of two requests that are closer together are equal.
 */
export const quickCloudFormation = {
  pauseBeforeFirstRequestMs: 100,
  pauseBeforeRollbackMs: 1100,
  imageHandlerDelayMs: 1000,
  imagePollDelayMs: 200,
};

/** The runtimes of the functions. LAMBDA_RIC, LAMBDA_NODE and LAMBDA_PYTHON name others, for example those of Lambda. */
export function lambdaRuntime(bundles: string) {
  return {
    Region: quickSageMaker.Region,
    bootstrapPath: process.env['LAMBDA_RIC'] ?? join(bundles, 'bootstrap.cjs'),
    nodePath: process.env['LAMBDA_NODE'] ?? process.execPath,
    python: [pythonCommand(), join(bundles, 'bootstrap.py')] as const,
    responseHostPath: join(bundles, 'response-host.cjs'),
  };
}

export type RecordedSandbox = OpenSandbox & { readonly recorder: Recorder };

/** Does `work`, then ends the child processes. Rejects with Interrupted on Ctrl-C, and UsageError if code is missing. */
export async function withProviderSandbox<T>(
  options: ProviderSandboxOptions,
  work: (sandbox: RecordedSandbox) => Promise<T>,
): Promise<T> {
  const { bundles, provider, seed, snapshot, otherFunction, ports, onLog, onAttempt } = options;
  const { faults = [], switches } = options.conditions ?? {};
  const recorder = createRecorder({ clock: realClock });
  const interrupt = listenForInterrupt();
  const random = seededRandom(seed);
  const running = new Map<Executor, string>();
  const mayKill = faults.some((fault) => fault.on === 'call' && fault.does === 'kill');
  const onFault = (fault: AskedFault, what: string) => {
    const description = faultDescription(fault, what);
    recorder.fault(fault.given, description);
    options.onFault?.(description);
  };
  const newRequestId = () => randomUuid(random);
  const kill = (awsRequestId: string) => closeAll([...running].filter(([, id]) => id === awsRequestId));
  // The acts of a person are left out: the sandbox carries them out before the operation begins.
  const injected = faults.filter(({ on }) => on !== 'person');
  const faultInjector = new FaultInjector({ clock: realClock, random, newRequestId, kill, onFault }, injected);
  const { failures, staleness, refuseQuery, shownAt } = faultInjector;
  const sandbox = await openSandbox({
    ...{ clock: realClock, random, snapshot, otherFunction, ports, refuseQuery, shownAt },
    providerTemplate: provider.template(),
    providerParameters: provider.parameters,
    sageMaker: { ...quickSageMaker, switches: switches?.sageMaker ?? {}, failures, staleness },
    cloudFormation: { ...quickCloudFormation, ...switches?.cloudFormation },
    lambda: {
      ...(onAttempt && { onAttempt }),
      // A delivery that a fault keeps from the function is no invocation; one that dies at once is.
      intercept: (attempt, run) =>
        faultInjector.intercept(attempt, () => recorder.invocation(attempt, () => faultInjector.invoke(attempt, run))),
    },
    bucket: { intercept: faultInjector.interceptDelivery },
    knownTypes: provider.knownTypes(),
    executor: (configuration, endpoints) => {
      if (configuration.Runtime.startsWith('python')) checkPython();
      const createExecutor = configuration.answersOnlyAws ? createForeignExecutor : createProcessExecutor;
      const extraVariables = {
        AWS_ENDPOINT_URL_SAGEMAKER: endpoints.sageMaker,
        AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
      };
      const settings = { ...lambdaRuntime(bundles), extraVariables };
      const onLine = (line: string) => onLog(configuration.LogicalResourceId, line);
      const start = () => createExecutor(configuration, settings, { clock: realClock, random, onLog: onLine });
      return mayKill ? startForEach(start, running) : start();
    },
  });
  const actAsPeople = async () => {
    for (const fault of faults) {
      if (fault.on !== 'person' || ownEntry(sandbox.sageMaker.state().images, fault.ImageName) === undefined) continue;
      onFault(fault, fault.ImageName);
      await actByHand(fault, { clock: realClock, sageMaker: sandbox.sageMaker });
    }
  };
  sandbox.sageMaker.intercept(recorder.ownAnswerInterceptor);
  sandbox.sageMaker.intercept(faultInjector.interceptor);
  sandbox.sageMaker.intercept(recorder.interceptor);
  const idle = () => faultInjector.idle(sandbox);
  try {
    for (const configuration of sandbox.functions) checkBuilt(configuration);
    return await interrupt.race(actAsPeople().then(() => work({ ...sandbox, idle, recorder })));
  } finally {
    interrupt.stop();
    await sandbox.close();
  }
}

/** An executor that starts one process for each invocation; `running` has the request ids of those that run. */
function startForEach(start: () => Executor, running: Map<Executor, string>): Executor {
  return {
    invoke: async (event, context) => {
      const executor = start();
      running.set(executor, context.awsRequestId);
      try {
        return await executor.invoke(event, context);
      } finally {
        running.delete(executor);
        await executor.close();
      }
    },
    close: () => closeAll([...running]),
  };
}

async function closeAll(running: readonly (readonly [Executor, string])[]): Promise<void> {
  await Promise.all(running.map(([executor]) => executor.close()));
}

function checkBuilt({ LogicalResourceId, Handler, codePath }: FunctionConfiguration): void {
  const module = Handler.slice(0, Handler.lastIndexOf('.'));
  if (['.js', '.mjs', '.cjs'].some((extension) => existsSync(join(codePath, module + extension)))) return;
  const where = join(relative('', codePath), module);
  throw new UsageError(`The code of ${LogicalResourceId} is missing: ${where}.cjs. Build it first.`, 1);
}
