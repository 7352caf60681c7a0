/** The sandbox around a scenario, in virtual time and without sockets, with a fault injector and a trace of events. */
import type { Clock } from '../sandbox/clock.ts';
import type { PersonFault } from '../sandbox/faults/fault.ts';
import { FaultInjector, longestBehindMs } from '../sandbox/faults/fault-injector.ts';
import { actByHand, personTraceId } from '../sandbox/faults/person.ts';
import { mapOf } from '../sandbox/json.ts';
import { awsRequestIdOf, type Executor, type FunctionConfiguration } from '../sandbox/lambda/function.ts';
import { seededRandom } from '../sandbox/random.ts';
import { createSandbox, type ProviderTemplate, type Services } from '../sandbox/sandbox.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';
import { inProcessProvider } from './provider.ts';
import type { Scenario } from './scenario.ts';
import type { Sdk } from './sdk.ts';
import { epoch, Trace } from './trace.ts';

export type Harness = ReturnType<typeof createHarness>;

/** The function of another provider, which always answers in its first invocation. */
const siblingFunction: FunctionConfiguration = {
  LogicalResourceId: 'SiblingFunction',
  FunctionName: 'sibling',
  FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:sibling',
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  codePath: '.',
  Timeout: 900,
  MemorySize: 128,
  Environment: {},
  LogGroupName: '/aws/lambda/sibling',
  EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21_600 },
};

/** @param providerTemplate gives the provider's functions their timeouts and retries */
export function createHarness(scenario: Scenario, sdk: Sdk, providerTemplate: ProviderTemplate) {
  const clock = new VirtualClock(epoch);
  const random = seededRandom(scenario.seed);
  const trace = new Trace(clock);
  const faultInjector = new FaultInjector({
    clock,
    random,
    // The same for all, so that two traces differ only where the runs do.
    newRequestId: () => '00000000-0000-4000-8000-00000000000f',
    onFault: (fault, what) => trace.fault(fault, what),
    person: (fault) => act(fault),
  });
  /** Has a person act at once. */
  const act = (fault: PersonFault) => actByHand(fault, { clock, sageMaker: sandbox.sageMaker });
  const { partition = 'aws', ...cloudFormation } = scenario.cloudFormation;
  // To remember the past takes time, so only scenarios that need it do.
  const hasStaleReads = scenario.operations.some(({ faults }) => faults.some(({ on }) => on === 'reads'));
  const isOwn = (functionArn: string) => functionArn !== siblingFunction.FunctionArn;
  const executorOf = inProcessProvider({
    sdk,
    clock,
    random,
    onInvocation: (name, event, awsRequestId) => {
      const invocation = trace.invocation(name, event, awsRequestId);
      const fault = faultInjector.killOf(name);
      let points = 0;
      return ({ phase, what }) => {
        points += 1;
        if (fault?.point !== points) return undefined;
        trace.add(`fault: ${invocation} dies ${phase} ${what}`);
        return fault.does;
      };
    },
    onLog: (line) => trace.history.logLines.push(line),
  });
  const sandbox = createSandbox({
    clock,
    random,
    providerTemplate,
    providerParameters: { ImageNamePattern: '*' },
    otherFunction: siblingFunction,
    executor: (configuration, services) => {
      if (configuration === siblingFunction) return createSibling(clock, services);
      const { bucket } = services;
      const put: typeof bucket.put = (url, headers, body) => {
        trace.answer(configuration.LogicalResourceId, body, services.sageMaker.state().images);
        return faultInjector.interceptDelivery({ url, headers, body }, () => bucket.put(url, headers, body));
      };
      return executorOf(configuration, { ...services, bucket: { ...bucket, put } });
    },
    sageMaker: {
      partition,
      durations: { versionCreation: scenario.versionCreation },
      failures: faultInjector.failures,
      staleness: { ...faultInjector.staleness, longestMs: hasStaleReads ? longestBehindMs : 0 },
      largestPageSize: scenario.largestPageSize,
      switches: scenario.switches,
    },
    cloudFormation,
    refuseQuery: faultInjector.refuseQuery,
    shownAt: faultInjector.shownAt,
    lambda: {
      intercept: (attempt, run) =>
        isOwn(attempt.functionArn) ? faultInjector.intercept(attempt, () => faultInjector.invoke(attempt, run)) : run(),
      onAttempt: (attempt, result) => {
        if (isOwn(attempt.functionArn)) trace.attempt(attempt, result);
      },
    },
    onRequest: (functionArn, event) => {
      if (isOwn(functionArn)) trace.request(event);
    },
  });
  const provider = sandbox.functionNamed('ProviderFunction');
  sandbox.lambda.deploy([{ ...provider, Timeout: scenario.providerTimeoutSeconds ?? provider.Timeout }]);
  const tokens = { provider: provider.FunctionArn, sibling: siblingFunction.FunctionArn };
  sandbox.sageMaker.intercept(async (operation, input, next, traceId) => {
    const answer = await next();
    if (traceId === personTraceId) trace.byHand(operation, input, answer, sandbox.sageMaker.state().images);
    else trace.call(traceId && awsRequestIdOf(traceId), operation, input, answer);
    return answer;
  });
  sandbox.sageMaker.intercept(faultInjector.interceptor);
  sandbox.cloudFormation.onEvent((event) => trace.stackEvent(event));
  return { ...sandbox, clock, faultInjector, trace, tokens, scenario, act };
}

/** Answers after a while, as the properties of its custom resource ask. */
function createSibling(clock: Clock, { bucket }: Services): Executor {
  /** The generations whose rollback failed once: the next try succeeds. */
  const failedBefore = new Set<unknown>();
  return {
    invoke: async (event) => {
      const { RequestType, ResourceProperties, OldResourceProperties, ResponseURL, ...request } = mapOf(event);
      const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = `sibling-${RequestId}` } = request;
      const { afterMs, fails } = mapOf(ResourceProperties);
      let Status = 'SUCCESS';
      if (RequestType !== 'Delete') {
        await clock.sleep(Number(afterMs));
        const { generation, failsToRollBack, fails: didFail } = mapOf(OldResourceProperties);
        const isRollback = failsToRollBack === 'true' && didFail === 'true';
        const refusesToRollBack = isRollback && !failedBefore.has(generation);
        if (refusesToRollBack) failedBefore.add(generation);
        if (refusesToRollBack || fails === 'true') Status = 'FAILED';
      }
      const ids = { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
      const body = JSON.stringify({ Status, Reason: 'The sibling fails.', ...ids });
      await bucket.put(String(ResponseURL), { 'content-length': String(Buffer.byteLength(body)) }, body);
      return { outcome: 'returned', payload: null };
    },
    close: async () => {},
  };
}
