/**
 * The sandbox as scenarios need it: no sockets, virtual time, a faultInjector between its parts, and everything that happens
 * written down.
 */
import { readFileSync } from 'node:fs';
import { type CloudFormation, createCloudFormation } from '../sandbox/cloudformation/cloudformation.ts';
import { createResponseBucket } from '../sandbox/cloudformation/response-bucket.ts';
import { answerRequest } from '../sandbox/cloudformation/server.ts';
import { createLambda, type Lambda } from '../sandbox/lambda/asynchronous-invocation.ts';
import type { FunctionConfiguration } from '../sandbox/lambda/function.ts';
import { readFunctions } from '../sandbox/lambda/sam-template.ts';
import { randomUuid, seededRandom } from '../sandbox/random.ts';
import { createSageMaker, type SageMaker } from '../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../sandbox/sagemaker/settings.ts';
import { parseTemplate } from '../sandbox/template/parse.ts';
import type { Template } from '../sandbox/template/template.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';
import { FaultInjector } from './fault-injector.ts';
import type { Provider } from './ports.ts';
import { connectProvider } from './provider-executor.ts';
import type { Scenario } from './scenario.ts';
import { createSibling } from './sibling.ts';
import type { ServiceTokens } from './template-text.ts';
import { epoch, Trace } from './trace.ts';

export interface Harness {
  readonly clock: VirtualClock;
  readonly cloudFormation: CloudFormation;
  readonly sageMaker: SageMaker;
  readonly lambda: Lambda;
  readonly faultInjector: FaultInjector;
  readonly trace: Trace;
  readonly tokens: ServiceTokens;
}

const account = { region: 'eu-west-1', accountId: '111122223333' };

/** @param providerTemplate where the provider's functions are read from, so that scenarios have its timeouts and retries */
export function createHarness(scenario: Scenario, provider: Provider, providerTemplate: Template): Harness {
  const partition = scenario.cloudFormation.partition ?? 'aws';
  const clock = new VirtualClock(epoch);
  const random = seededRandom(scenario.seed);
  const trace = new Trace(clock);
  const faultInjector = new FaultInjector(clock, (line) => trace.say(line));
  const functions = deployedFunctions(scenario, providerTemplate, partition);
  const tokens = { provider: functions.provider.FunctionArn, sibling: functions.sibling.FunctionArn };

  const settings = sageMakerSettings({
    Region: account.region,
    AccountId: account.accountId,
    partition,
    durations: { versionCreation: scenario.versionCreation },
    failures: faultInjector.failures,
    largestPageSize: scenario.largestPageSize,
    switches: scenario.switches,
  });
  const sageMaker = createSageMaker(settings, { clock, random });
  const bucket = createResponseBucket(account.region, { clock, random });
  const cloudFormation = createCloudFormation(
    { ...account, ...scenario.cloudFormation, partition },
    {
      clock,
      random,
      images: sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => {
        if (functionArn === tokens.provider) trace.request(event);
        lambda.invokeEvent(functionArn, event);
      },
    },
  );
  cloudFormation.onEvent((event) => trace.stackEvent(event));
  const executorOf = connectProvider(provider, {
    clock,
    random,
    sageMaker,
    bucket,
    faultInjector,
    trace,
    cloudFormationEndpoint: async ({ body }) => {
      const { status, document } = answerRequest(cloudFormation, body, randomUuid(random));
      return { status, headers: { 'content-type': 'text/xml' }, body: document };
    },
  });
  const lambda = createLambda(
    [
      { configuration: functions.provider, executor: executorOf(functions.provider) },
      { configuration: functions.failsafe, executor: executorOf(functions.failsafe) },
      { configuration: functions.sibling, executor: createSibling({ clock, bucket }) },
    ],
    {
      clock,
      random,
      intercept: (attempt, run) =>
        attempt.functionArn === tokens.provider ? faultInjector.intercept(attempt, run) : run(),
      onAttempt: (attempt, result) => {
        if (attempt.functionArn !== tokens.sibling) trace.attempt(attempt, result);
      },
    },
  );
  return { clock, cloudFormation, sageMaker, lambda, faultInjector, trace, tokens };
}

/** The provider's SAM template. */
export function readProviderTemplate(path: string): Template {
  return parseTemplate(readFileSync(path, 'utf8'), path);
}

function deployedFunctions(scenario: Scenario, template: Template, partition: string) {
  const { region: Region, accountId: AccountId } = account;
  const StackName = 'sagemaker-image-version-provider';
  const deployment = { Region, AccountId, partition, StackName, baseFolder: '.' };
  const { functions } = readFunctions(template, { ImageNamePattern: '*' }, deployment);
  const named = (id: string): FunctionConfiguration => {
    const found = functions.find(({ LogicalResourceId }) => LogicalResourceId === id);
    if (found === undefined) throw new Error(`The provider's template declares no ${id}`);
    return found;
  };
  const provider = named('ProviderFunction');
  const sibling = {
    ...provider,
    LogicalResourceId: 'SiblingFunction',
    FunctionArn: `${provider.FunctionArn}-Sibling`,
    EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21_600 },
  };
  const Timeout = scenario.providerTimeoutSeconds ?? provider.Timeout;
  return { provider: { ...provider, Timeout }, failsafe: named('FailsafeFunction'), sibling };
}
