import { Logger } from '@aws-lambda-powertools/logger';
import { powertoolsLog } from '../../src/powertools-log.ts';

/** A log over a Logger whose lines are kept, parsed. */
function kept() {
  const lines: Record<string, unknown>[] = [];
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    jest
      .spyOn(console, method)
      .mockImplementation((...line: unknown[]) => void lines.push(JSON.parse(String(line[0]))));
  }
  // Has it write to the console that Jest stands in for.
  process.env['POWERTOOLS_DEV'] = 'true';
  const logger = new Logger({ serviceName: 'sagemaker-image-version', logLevel: 'DEBUG' });
  return { lines, log: powertoolsLog(logger) };
}

afterEach(() => {
  delete process.env['POWERTOOLS_DEV'];
  jest.restoreAllMocks();
});

describe('powertoolsLog', () => {
  test.each(['debug', 'info', 'warn', 'error'] as const)('writes a line of level %s with its details', (level) => {
    const { lines, log } = kept();

    log[level]('It happened', { Version: 3 });
    log[level]('And again');

    const common = { level: level.toUpperCase(), service: 'sagemaker-image-version' };
    expect(lines).toEqual([
      expect.objectContaining({ ...common, message: 'It happened', Version: 3 }),
      expect.objectContaining({ ...common, message: 'And again' }),
    ]);
  });

  test('writes the keys of with on every line, and on no line of the log it came from', () => {
    const { lines, log } = kept();
    const child = log.with({ StackId: 'a-stack', RequestId: 'one' });

    child.info('In the request');
    child.with({ RequestId: 'two' }).warn('Deeper', { Version: 3 });
    child.info('Back');
    log.info('Outside');

    expect(lines).toMatchObject([
      { message: 'In the request', StackId: 'a-stack', RequestId: 'one' },
      { message: 'Deeper', StackId: 'a-stack', RequestId: 'two', Version: 3 },
      { message: 'Back', StackId: 'a-stack', RequestId: 'one' },
      { message: 'Outside' },
    ]);
    expect(lines[3]).not.toHaveProperty('StackId');
    expect(lines[2]).not.toHaveProperty('Version');
  });

  test('writes an error with its name, message, stack and cause', () => {
    const { lines, log } = kept();

    log.error('It failed', { error: new TypeError('no function', { cause: new Error('why') }) });

    expect(lines[0]).toMatchObject({
      message: 'It failed',
      error: {
        name: 'TypeError',
        message: 'no function',
        stack: expect.arrayContaining(['TypeError: no function']),
        cause: { name: 'Error', message: 'why' },
      },
    });
  });

  test('has a logger of its own where none is given', () => {
    expect(powertoolsLog()).toHaveProperty('with');
  });
});
