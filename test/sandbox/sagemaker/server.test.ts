import { Agent, request } from 'node:http';
import { CreateImageCommand, DescribeImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { seededRandom } from '../../../sandbox/random.ts';
import { createSageMaker } from '../../../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../../../sandbox/sagemaker/server.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { createImageInput, IMAGE_ARN, post, wireSettings, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('every answer has a request id and the content type of AWS JSON 1.1', async () => {
  const { url } = await open();

  const { headers } = await post(url, 'ListImages', '{}');

  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(headers.get('x-amzn-requestid')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('a request without a signature is refused', async () => {
  const { url } = await open();

  const { status, body } = await post(url, 'ListImages', '{}', {});

  expect(status).toBe(403);
  expect(body).toEqual({ __type: 'MissingAuthenticationToken', message: 'Missing Authentication Token' });
});

test('an operation that is not simulated is unknown', async () => {
  const { url } = await open();

  const { status, body } = await post(url, 'CreateDomain', '{}');

  expect(status).toBe(400);
  expect(body).toEqual({ __type: 'UnknownOperationException', message: 'Unknown operation: CreateDomain' });
});

test('a target of another service is an unknown operation', async () => {
  const { url } = await open();

  const { status, body } = await post(url, '', '{}', {
    authorization: 'AWS4-HMAC-SHA256 any',
    'x-amz-target': 'DynamoDB_20120810.ListTables',
  });

  expect(status).toBe(400);
  expect(body).toEqual({
    __type: 'UnknownOperationException',
    message: 'Unknown operation: POST DynamoDB_20120810.ListTables',
  });
});

test.each(['', '{"ImageName":', 'ImageName=my-image'])('a body that is not JSON cannot be read: %s', async (text) => {
  const { url } = await open();

  const { status, body } = await post(url, 'ListImages', text);

  expect(status).toBe(400);
  expect(body).toMatchObject({ __type: 'SerializationException' });
});

test('a body that is JSON but no map cannot be read', async () => {
  const { url } = await open();

  const { body } = await post(url, 'ListImages', '[]');

  expect(body).toEqual({
    __type: 'SerializationException',
    message: 'START_ARRAY can not be converted to a structure',
  });
});

test('a connection is kept for the next request', async () => {
  const { url } = await open();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const localPort = () =>
    new Promise((resolve, reject) => {
      request(url, { method: 'POST', agent }, (response) => {
        const { localPort } = response.socket;
        response.resume().on('end', () => resolve(localPort));
      })
        .on('error', reject)
        .end();
    });

  const first = await localPort();
  const second = await localPort();
  agent.destroy();

  expect(second).toBe(first);
});

test('an interceptor hears which invocation calls, where the caller says so', async () => {
  const { url, sagemaker } = await open();
  const heard: (string | undefined)[] = [];
  sagemaker.intercept((_operation, _input, next, traceId) => {
    heard.push(traceId);
    return next();
  });

  await post(url, 'ListImages', '{}', { authorization: 'any', 'x-amzn-trace-id': 'Root=1-64f4a8be' });
  await post(url, 'ListImages', '{}');

  expect(heard).toEqual(['Root=1-64f4a8be', undefined]);
});

test('a connection breaks off where an interceptor throws', async () => {
  const { client, sagemaker } = await open();
  sagemaker.intercept(async () => {
    throw new Error('cable cut');
  });

  const call = client.send(new DescribeImageCommand({ ImageName: 'my-image' }));

  await expect(call).rejects.toThrow('socket hang up');
});

test('virtual time passes while the server takes its time, and stands still otherwise', async () => {
  const clock = new VirtualClock(0);
  const settings = wireSettings({ lockWindowMs: 100 });
  const { url, close } = await listenSageMaker(createSageMaker(settings, { clock, random: seededRandom(1) }), {
    clock,
  });
  const client = new SageMakerClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

  const { ImageArn } = await clock.run(() => clock.hold(() => client.send(new CreateImageCommand(createImageInput()))));
  await close();

  expect(ImageArn).toBe(IMAGE_ARN);
  expect(clock.now()).toBe(100);
});
