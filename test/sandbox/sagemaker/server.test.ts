import { Agent, request } from 'node:http';
import { DescribeImageCommand } from '@aws-sdk/client-sagemaker';
import { post, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('every answer has a request id and the content type of AWS JSON 1.1', async () => {
  const { url } = await open();

  const { headers } = await post(url, 'ListImages', '{}');

  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(headers.get('x-amzn-requestid')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

interface BadRequest {
  readonly name: string;
  readonly operation?: string;
  readonly sent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected?: number;
  readonly error: unknown;
}

test.each<BadRequest>([
  {
    name: 'without a signature',
    headers: {},
    expected: 403,
    error: { __type: 'MissingAuthenticationToken', message: 'Missing Authentication Token' },
  },
  {
    name: 'for an operation that is not simulated',
    operation: 'CreateDomain',
    error: { __type: 'UnknownOperationException', message: 'Unknown operation: CreateDomain' },
  },
  {
    name: 'for another service',
    headers: { authorization: 'any', 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    error: { __type: 'UnknownOperationException', message: 'Unknown operation: POST DynamoDB_20120810.ListTables' },
  },
  {
    name: 'with JSON that is not a map',
    sent: '[]',
    error: { __type: 'SerializationException', message: 'START_ARRAY can not be converted to a structure' },
  },
  ...['', '{"ImageName":', 'ImageName=my-image'].map((sent) => ({
    name: `with a body that is not JSON: ${sent}`,
    sent,
    error: {
      __type: 'SerializationException',
      message: expect.stringMatching(/^The request body is not JSON: SyntaxError: /),
    },
  })),
])('a request $name is refused', async ({ operation = 'ListImages', sent = '{}', headers, expected = 400, error }) => {
  const { url } = await open();

  const { status, body } = await post(url, operation, sent, headers);

  expect(status).toBe(expected);
  expect(body).toEqual(error);
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

test('an interceptor gets the trace id of a call that has one', async () => {
  const { url, sagemaker } = await open();
  const traceIds: (string | undefined)[] = [];
  sagemaker.intercept((_operation, _input, next, traceId) => {
    traceIds.push(traceId);
    return next();
  });

  await post(url, 'ListImages', '{}', { authorization: 'any', 'x-amzn-trace-id': 'Root=1-64f4a8be' });
  await post(url, 'ListImages', '{}');

  expect(traceIds).toEqual(['Root=1-64f4a8be', undefined]);
});

test('a connection breaks off if an interceptor throws', async () => {
  const { client, sagemaker } = await open();
  sagemaker.intercept(async () => {
    throw new Error('connection cut');
  });

  const call = client.send(new DescribeImageCommand({ ImageName: 'my-image' }));

  await expect(call).rejects.toThrow('socket hang up');
});
