/**
 * The sandbox as lives need it: no sockets, virtual time, a disturbance between its parts, and everything that happens
 * written down.
 */
import { readFileSync } from 'node:fs';
import { type CloudFormation, createCloudFormation } from '../cloudformation/cloudformation.ts';
import { createResponseBucket } from '../cloudformation/response-bucket.ts';
import { answerRequest } from '../cloudformation/server.ts';
import { createLambda, type Lambda } from '../lambda/asynchronous-invocation.ts';
import type { FunctionConfiguration } from '../lambda/function.ts';
import { readFunctions } from '../lambda/sam-template.ts';
import { randomUuid, seededRandom } from '../random.ts';
import { createSageMaker, type SageMaker } from '../sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';
import { parseTemplate } from '../template/parse.ts';
import type { Template } from '../template/template.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Chronicle, epoch } from './chronicle.ts';
import { Disturbance } from './disturbance.ts';
import type { Life } from './life.ts';
import type { Provider } from './provider.ts';
import { connectProvider } from './provider-executor.ts';
import { createSibling } from './sibling.ts';
import type { ServiceTokens } from './template-text.ts';

export interface World {
  readonly clock: VirtualClock;
  readonly cloudFormation: CloudFormation;
  readonly sageMaker: SageMaker;
  readonly lambda: Lambda;
  readonly disturbance: Disturbance;
  readonly chronicle: Chronicle;
  readonly tokens: ServiceTokens;
}

const account = { region: 'eu-west-1', accountId: '111122223333' };

/** @param providerTemplate where the provider's functions are read from, so that lives have its timeouts and retries */
export function createWorld(life: Life, provider: Provider, providerTemplate: Template): World {
  const partition = life.cloudFormation.partition ?? 'aws';
  const clock = new VirtualClock(epoch);
  const random = seededRandom(life.seed);
  const chronicle = new Chronicle(clock);
  const disturbance = new Disturbance(clock, (line) => chronicle.say(line));
  const functions = deployedFunctions(life, providerTemplate, partition);
  const tokens = { provider: functions.provider.FunctionArn, sibling: functions.sibling.FunctionArn };

  const settings = sageMakerSettings({
    Region: account.region,
    AccountId: account.accountId,
    partition,
    durations: { versionCreation: life.versionCreation },
    failures: disturbance.failures,
    largestPageSize: life.largestPageSize,
    switches: life.switches,
  });
  const sageMaker = createSageMaker(settings, { clock, random });
  const bucket = createResponseBucket(account.region, { clock, random });
  const cloudFormation = createCloudFormation(
    { ...account, ...life.cloudFormation, partition },
    {
      clock,
      random,
      images: sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => {
        if (functionArn === tokens.provider) chronicle.request(event);
        lambda.invokeEvent(functionArn, event);
      },
    },
  );
  cloudFormation.onEvent((event) => chronicle.stackEvent(event));
  const executorOf = connectProvider(provider, {
    clock,
    random,
    sageMaker,
    bucket,
    disturbance,
    chronicle,
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
        attempt.functionArn === tokens.provider ? disturbance.intercept(attempt, run) : run(),
      onAttempt: (attempt, result) => {
        if (attempt.functionArn !== tokens.sibling) chronicle.attempt(attempt, result);
      },
    },
  );
  return { clock, cloudFormation, sageMaker, lambda, disturbance, chronicle, tokens };
}

/** The provider's SAM template. */
export function readProviderTemplate(path: string): Template {
  return parseTemplate(readFileSync(path, 'utf8'), path);
}

function deployedFunctions(life: Life, template: Template, partition: string) {
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
  const Timeout = life.providerTimeoutSeconds ?? provider.Timeout;
  return { provider: { ...provider, Timeout }, failsafe: named('FailsafeFunction'), sibling };
}
