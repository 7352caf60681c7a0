import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { createHandler, handler } from '../../src/handler.ts';
import { createRequest, versionArn } from '../support/provider/builders.ts';
import { simulate } from '../support/provider/simulate-request.ts';

const request = createRequest();
const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';

const event: CloudFormationCustomResourceEvent = {
  RequestType: 'Create',
  ServiceToken,
  ResponseURL: request.ResponseURL,
  StackId: request.StackId,
  RequestId: request.RequestId,
  LogicalResourceId: request.LogicalResourceId,
  ResourceType: 'Custom::SageMakerImageVersion',
  ResourceProperties: { ServiceToken, ...request.ResourceProperties },
};

function context(remainingTimeMs: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'provider',
    functionVersion: '$LATEST',
    invokedFunctionArn: ServiceToken,
    memoryLimitInMB: '256',
    awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    logGroupName: '/aws/lambda/provider',
    logStreamName: 'a-stream',
    getRemainingTimeInMillis: () => remainingTimeMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

describe('createHandler', () => {
  test('answers an event as Lambda gives it', async () => {
    const { bucket, dependencies } = simulate(request);

    await createHandler(dependencies)(event, context(900_000));

    expect(bucket.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: versionArn(1) }]);
  });

  test('tells in a Reason where this invocation logs', async () => {
    const { bucket, dependencies } = simulate(request);

    await createHandler(dependencies)({ ...event, ResourceProperties: { ServiceToken } }, context(900_000));

    expect(bucket.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/ \(Log: \/aws\/lambda\/provider, stream a-stream\)$/) },
    ]);
  });

  test("keeps to Lambda's remaining time", async () => {
    const { clock, dependencies } = simulate(request, { whenCreated: ['CREATING'] });

    await expect(createHandler(dependencies)(event, context(10_000))).rejects.toMatchObject({ name: 'OutOfTime' });

    expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(9_000);
  });
});

describe('handler', () => {
  test('is wired up, and refuses what is no request', async () => {
    await expect(Reflect.apply(handler, undefined, [{}, context(1)])).rejects.toEqual(
      new Error('This is no custom resource request: ResponseURL is missing.'),
    );
  });
});
