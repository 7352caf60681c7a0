import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { realClock } from '../../../sandbox/clock.ts';
import type { FunctionConfiguration, InvocationContext } from '../../../sandbox/lambda/function.ts';
import { createProcessExecutor } from '../../../sandbox/lambda/process-executor.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { functionConfiguration } from './configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'process-executor-'));
const bootstrapPath = join(folder, 'bootstrap.cjs');
const open: { close(): Promise<void> }[] = [];

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '../../../sandbox/lambda/bootstrap.ts')],
    outfile: bootstrapPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.close()));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** An executor of a function that consists of the file `code`. */
function deploy(
  code: string,
  { fileName = 'index.cjs', ...overrides }: Partial<FunctionConfiguration> & { fileName?: string } = {},
) {
  const codePath = mkdtempSync(join(folder, 'function-'));
  writeFileSync(join(codePath, fileName), code);
  const lines: string[] = [];
  const executor = createProcessExecutor(
    functionConfiguration({ codePath, Timeout: 20, ...overrides }),
    {
      Region: 'eu-west-1',
      bootstrapPath,
      extraVariables: { AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:1' },
    },
    { clock: realClock, random: seededRandom(1), onLog: (line) => lines.push(line) },
  );
  open.push(executor);
  return { executor, lines };
}

function context(awsRequestId: string, timeoutMs = 20_000): InvocationContext {
  return { awsRequestId, invokedFunctionArn: 'arn:of:function', deadlineMs: Date.now() + timeoutMs };
}

test('a handler gets its event, its context and the variables of Lambda, but no other variables', async () => {
  process.env['SECRET_OF_THIS_MACHINE'] = 'x';
  const { executor, lines } = deploy(
    `exports.handler = async (event, context) => {
      console.log('at work');
      return { event, context, remaining: context.getRemainingTimeInMillis(), variables: process.env };
    };`,
    { Environment: { LOG_LEVEL: 'INFO' }, ApplicationLogLevel: 'WARN' },
  );

  const result = await executor.invoke({ RequestType: 'Create' }, context('first'));

  expect(result).toEqual({
    outcome: 'returned',
    payload: {
      event: { RequestType: 'Create' },
      context: expect.objectContaining({
        awsRequestId: 'first',
        invokedFunctionArn: 'arn:of:function',
        functionName: 'provider',
        functionVersion: '$LATEST',
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/provider',
        logStreamName: expect.stringContaining('[$LATEST]'),
      }),
      remaining: expect.any(Number),
      variables: expect.objectContaining({
        AWS_REGION: 'eu-west-1',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:1',
        AWS_LAMBDA_LOG_LEVEL: 'WARN',
        LOG_LEVEL: 'INFO',
        _HANDLER: 'index.handler',
        TZ: ':UTC',
        HTTP_RESPONSE_HOST: '127.0.0.1',
      }),
    },
  });
  expect(JSON.stringify(result)).not.toContain('SECRET_OF_THIS_MACHINE');
  expect(lines).toEqual(['at work']);
});

test.each([
  ['a callback', "callback(null, 'done')", { outcome: 'returned', payload: 'done' }],
  ['a callback with an error', "callback(new RangeError('no'))", { outcome: 'threw', errorType: 'RangeError' }],
  ['context.done', "context.done(null, 'done')", { outcome: 'returned', payload: 'done' }],
  ['context.succeed', "context.succeed('done')", { outcome: 'returned', payload: 'done' }],
  ['context.fail', "context.fail(new RangeError('no'))", { outcome: 'threw', errorType: 'RangeError' }],
  ['nothing at all', '', { outcome: 'returned', payload: null }],
])('a handler without a promise ends with %s', async (_what, end, result) => {
  const { executor } = deploy(`exports.handler = (event, context, callback) => { setTimeout(() => { ${end} }, 10); };`);

  expect(await executor.invoke({}, context('a'))).toMatchObject(result);
  expect(await executor.invoke({}, context('b'))).toMatchObject(result);
});

test('the result of a callback waits until nothing is left to do, unless the context says otherwise', async () => {
  const { executor, lines } = deploy(
    `exports.handler = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = event.waits;
      setTimeout(() => console.log('late'), event.waits ? 50 : 60_000);
      callback(null, 'done');
    };`,
  );
  const done = { outcome: 'returned', payload: 'done' };

  expect(await executor.invoke({ waits: true }, context('a'))).toEqual(done);
  expect(lines).toEqual(['late']);
  expect(await executor.invoke({ waits: false }, context('b'))).toEqual(done);
  expect(lines).toEqual(['late']);
});

test('a handler with a promise may call context.done, as the cfn-response module does', async () => {
  const { executor } = deploy(
    `exports.handler = async (event, context) => {
      await new Promise((resolve) => setTimeout(() => resolve(context.done()), 10));
      return 'too late';
    };`,
  );

  expect(await executor.invoke({}, context('a'))).toEqual({ outcome: 'returned', payload: null });
});

test('an idle environment is reused, even after an error', async () => {
  const { executor } = deploy(`
    let calls = 0;
    exports.handler = async () => {
      calls += 1;
      if (calls === 2) throw new RangeError('second call');
      return calls;
    };
  `);

  const results = [
    await executor.invoke({}, context('a')),
    await executor.invoke({}, context('b')),
    await executor.invoke({}, context('c')),
  ];

  expect(results).toEqual([
    { outcome: 'returned', payload: 1 },
    { outcome: 'threw', errorType: 'RangeError', errorMessage: 'second call' },
    { outcome: 'returned', payload: 3 },
  ]);
});

test('two invocations at the same time run in different processes', async () => {
  const { executor } = deploy(`
    exports.handler = () => new Promise((resolve) => setTimeout(resolve, 100, process.pid));
  `);

  const results = await Promise.all([executor.invoke({}, context('a')), executor.invoke({}, context('b'))]);

  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(2);
});

test('a handler that never returns is killed at its deadline, and the next invocation has a new process', async () => {
  const { executor } = deploy(`
    exports.handler = async ({ hang }) => {
      while (hang);
      return 'fresh';
    };
  `);

  const first = await executor.invoke({ hang: true }, context('a', 1000));
  const second = await executor.invoke({ hang: false }, context('b'));

  expect(first).toEqual({ outcome: 'timed out' });
  expect(second).toEqual({ outcome: 'returned', payload: 'fresh' });
});

test.each([
  ['process.exit(1)', 'Runtime exited with error: exit status 1'],
  ['process.exit(0)', 'Runtime exited without providing a reason'],
  ["process.kill(process.pid, 'SIGKILL')", 'Runtime exited with error: signal: killed'],
])('the end of a process by %s is reported in the words of Lambda', async (end, reason) => {
  const { executor } = deploy(`exports.handler = async () => { ${end}; await new Promise(() => {}); };`);

  const result = await executor.invoke({}, context('the-id'));

  expect(result).toEqual({ outcome: 'exited', errorMessage: `RequestId: the-id Error: ${reason}` });
});

test.each(['process.exit(1)', "Promise.reject(new Error('forgotten'))"])(
  'after %s the next invocation has a new process',
  async (end) => {
    const { executor } = deploy(`
    exports.handler = async ({ dies }) => {
      if (!dies) return 'fresh';
      ${end};
      await new Promise(() => {});
    };
  `);

    await executor.invoke({ dies: true }, context('a'));
    const second = await executor.invoke({ dies: false }, context('b'));

    expect(second).toEqual({ outcome: 'returned', payload: 'fresh' });
  },
);

test('an unhandled rejection fails the invocation and ends the process', async () => {
  const { executor, lines } = deploy(`
    exports.handler = async () => {
      Promise.reject(new Error('forgotten'));
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    };
  `);

  const result = await executor.invoke({}, context('a'));

  expect(result).toEqual({ outcome: 'threw', errorType: 'Error', errorMessage: 'forgotten' });
  expect(lines[0]).toBe('Error: forgotten');
});

test.each([
  ['index.cjs', 'exports.handler = (', 'Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected end of input'],
  ['index.cjs', "throw new TypeError('at start')", 'TypeError', 'at start'],
  ['index.cjs', 'exports.other = 1', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['other.cjs', '', 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
])('a bundle that does not load (%s: %s) fails every invocation', async (fileName, code, errorType, errorMessage) => {
  const { executor } = deploy(code, { fileName });

  const results = [await executor.invoke({}, context('a')), await executor.invoke({}, context('b'))];

  const failed = { outcome: 'threw', errorType, errorMessage };
  expect(results).toEqual([failed, failed]);
});

test('a handler can be an ES module', async () => {
  const { executor } = deploy('export const handler = async () => "module";', { fileName: 'index.mjs' });

  expect(await executor.invoke({}, context('a'))).toEqual({ outcome: 'returned', payload: 'module' });
});

test('a missing Node.js is reported', async () => {
  const executor = createProcessExecutor(
    functionConfiguration({ codePath: folder }),
    { Region: 'eu-west-1', bootstrapPath, nodePath: join(folder, 'no-node') },
    { clock: realClock, random: seededRandom(1) },
  );
  open.push(executor);

  expect(await executor.invoke({}, context('a'))).toEqual({
    outcome: 'exited',
    errorMessage: `RequestId: a Error: Runtime failed to start: spawn ${join(folder, 'no-node')} ENOENT`,
  });
});
