/** The sandbox's CloudFormation in real time for the questions about stacks, which must report its own switches. */
import { compileFunction } from 'node:vm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { realClock } from '../sandbox/clock.ts';
import type { CloudFormationSettings } from '../sandbox/cloudformation/settings.ts';
import type { StackSource } from '../sandbox/cloudformation/stack.ts';
import type { FunctionConfiguration } from '../sandbox/lambda/function.ts';
import { createInProcessExecutor, type InProcessHandler } from '../sandbox/lambda/in-process-executor.ts';
import { seededRandom } from '../sandbox/random.ts';
import { openSandbox, readProviderTemplate } from '../sandbox/sandbox.ts';
import type { StackAccount } from './stack-probes.ts';
import { functionCode } from './stack-template.ts';

const StackName = 'fidelity-probe-sandbox';

/** Stands for the function of the stack, which the sandbox creates as a stub. */
const configuration: FunctionConfiguration = {
  LogicalResourceId: 'Function',
  FunctionName: 'fidelity-probe',
  FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:fidelity-probe',
  Handler: 'index.handler',
  Runtime: 'nodejs22.x',
  codePath: '.',
  Timeout: 120,
  MemorySize: 128,
  Environment: {},
  LogGroupName: '/aws/lambda/fidelity-probe',
  EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
};

/** Short pauses, so that nobody waits. The operations begin at once, as those of the API do. */
export async function openSimulatedStack(
  settings: Partial<CloudFormationSettings> = {},
): Promise<StackAccount & { close(): Promise<void> }> {
  const random = seededRandom(1);
  const sandbox = await openSandbox({
    clock: realClock,
    random,
    providerTemplate: readProviderTemplate('template.yaml'),
    providerParameters: { ImageNamePattern: '*' },
    otherFunction: configuration,
    cloudFormation: { pauseBeforeFirstRequestMs: 50, pauseBeforeRollbackMs: 200, ...settings },
    executor: (each) => createInProcessExecutor(loaded(functionCode), each, { clock: realClock, random }),
  });
  const { cloudFormation, endpoints } = sandbox;
  const source = (templateText: string): StackSource => ({ templateText, fileName: 'probe.json', parameters: {} });
  /** The stack shows the result of the operation. */
  const begun = async (operation: Promise<unknown>) => {
    const ended = operation.then(() => undefined);
    // Only a refusal ends it at once.
    await Promise.race([ended, realClock.sleep(20)]);
    ended.catch(() => {});
  };
  return {
    StackName,
    client: new CloudFormationClient({
      endpoint: endpoints.cloudFormation,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    }),
    createStack: (TemplateBody) => begun(cloudFormation.createStack(StackName, source(TemplateBody))),
    updateStack: (TemplateBody, options) => begun(cloudFormation.updateStack(StackName, source(TemplateBody), options)),
    deleteStack: () => begun(cloudFormation.deleteStack(StackName)),
    async close() {
      await sandbox.idle();
      await sandbox.close();
    },
  };
}

function loaded(code: string): InProcessHandler {
  const exports: { handler?: InProcessHandler } = {};
  compileFunction(code, ['exports', 'fetch', 'setTimeout', 'Buffer', 'URL'])(exports, fetch, setTimeout, Buffer, URL);
  if (exports.handler === undefined) throw new Error('The function has no handler');
  return exports.handler;
}
