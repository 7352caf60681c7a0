/** The provider itself, as simulated scenarios try it: over ports, by which its invocations may die at every call. */
import type { InProcessHandler } from '../sandbox/lambda/in-process-executor.ts';
import { sdkStacks } from '../src/cloudformation/sdk-stacks.ts';
import type { Stacks } from '../src/cloudformation/stacks.ts';
import { pause } from '../src/deadlines.ts';
import { createFailsafe } from '../src/failsafe.ts';
import { createHandler } from '../src/handler.ts';
import type { Log, LogDetails } from '../src/log.ts';
import type { ImageVersions } from '../src/sagemaker/image-versions.ts';
import { sdkImageVersions } from '../src/sagemaker/sdk-image-versions.ts';
import type { Ports, Provider } from './ports.ts';
import type { Sdk } from './sdk.ts';

export const realProvider = (sdk: Sdk): Provider => ({
  connect(endpoints) {
    const { sageMaker, cloudFormation } = sdk(endpoints);
    return {
      handlerFor(LogicalResourceId, ports): InProcessHandler {
        const { clock, random } = ports;
        const log = portLog(ports);
        const put = (url: URL, body: string, signal: AbortSignal) => ports.put(url.href, body, signal);
        if (LogicalResourceId === 'FailsafeFunction') {
          return createFailsafe({ clock, log, put, random, providerLogGroup: undefined });
        }
        const handler = createHandler({
          imageVersions: (until) => mortalImageVersions(sdkImageVersions(sageMaker, { clock, until }), ports),
          stacks: (requestLog, deadlines) =>
            mortalStacks(sdkStacks(cloudFormation, { clock, log: requestLog, deadlines, pause }), ports),
          clock,
          log,
          put,
          random,
        });
        return (event, context) => Reflect.apply(handler, undefined, [event, context]);
      },
    };
  },
});

/** The invocation may die before and after every call. */
function mortalImageVersions(port: ImageVersions, { atCrashPoint }: Ports): ImageVersions {
  return {
    createImageVersion: (input) => atCrashPoint('CreateImageVersion', () => port.createImageVersion(input)),
    describeImageVersion: (version) => atCrashPoint('DescribeImageVersion', () => port.describeImageVersion(version)),
    describeImageVersionByAlias: (alias) =>
      atCrashPoint('DescribeImageVersion', () => port.describeImageVersionByAlias(alias)),
    updateImageVersion: (input) => atCrashPoint('UpdateImageVersion', () => port.updateImageVersion(input)),
    deleteImageVersion: (version) => atCrashPoint('DeleteImageVersion', () => port.deleteImageVersion(version)),
    listAliases: (version) => atCrashPoint('ListAliases', () => port.listAliases(version)),
  };
}

function mortalStacks(port: Stacks, { atCrashPoint }: Ports): Stacks {
  return {
    currentOperation: (...stack) => atCrashPoint('DescribeStacks', () => port.currentOperation(...stack)),
    currentResource: (...resource) => atCrashPoint('DescribeStackResource', () => port.currentResource(...resource)),
  };
}

function portLog(ports: Ports, keys: LogDetails = {}): Log {
  const write = (level: string) => (message: string, details?: LogDetails) =>
    ports.log(JSON.stringify({ level, message, ...keys, ...details }, errorsToo));
  return {
    debug: write('DEBUG'),
    info: write('INFO'),
    warn: write('WARN'),
    error: write('ERROR'),
    with: (more) => portLog(ports, { ...keys, ...more }),
  };
}

function errorsToo(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
}
