import { jsonLog } from '../../src/log.ts';

/** What is written to standard output, one parsed line each. */
function written(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
  return lines;
}

afterEach(() => jest.restoreAllMocks());

describe('jsonLog', () => {
  test('writes one JSON line with time, level, message, keys and details', () => {
    const lines = written();
    const log = jsonLog({ StackId: 'a-stack' });

    log.info('First', { attempt: 1 });
    log.warn('Second');
    log.error('Third');

    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines).toEqual([
      { timestamp, level: 'INFO', message: 'First', StackId: 'a-stack', attempt: 1 },
      { timestamp, level: 'WARN', message: 'Second', StackId: 'a-stack' },
      { timestamp, level: 'ERROR', message: 'Third', StackId: 'a-stack' },
    ]);
  });

  test('writes the keys of with on every line, and on no line of the log it came from', () => {
    const lines = written();
    const log = jsonLog();
    const child = log.with({ StackId: 'a-stack', RequestId: 'one' });

    child.with({ RequestId: 'two' }).warn('Deeper', { Version: 3 });
    child.info('Back');
    log.info('Outside');

    expect(lines).toMatchObject([
      { message: 'Deeper', StackId: 'a-stack', RequestId: 'two', Version: 3 },
      { message: 'Back', StackId: 'a-stack', RequestId: 'one' },
      { message: 'Outside' },
    ]);
    expect(lines[1]).not.toHaveProperty('Version');
    expect(lines[2]).not.toHaveProperty('StackId');
  });

  test('keeps details of debugging to itself', () => {
    const lines = written();

    jsonLog().debug('Polling');

    expect(lines).toEqual([]);
  });

  test('writes an error with its name, message, code, metadata, stack and causes', () => {
    const lines = written();
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const refused = Object.assign(new TypeError('refused', { cause: reset }), { $metadata: { httpStatusCode: 400 } });

    jsonLog().error('It failed', { error: refused });

    expect(lines[0]).toMatchObject({
      message: 'It failed',
      error: {
        name: 'TypeError',
        message: 'refused',
        $metadata: { httpStatusCode: 400 },
        stack: expect.stringMatching(/^TypeError: refused\n {4}at /),
        cause: { name: 'Error', message: 'socket hang up', code: 'ECONNRESET' },
      },
    });
  });

  test('writes nothing else that an error carries: an error of a URL carries the URL', () => {
    const lines = written();
    const error = Object.assign(new TypeError('Invalid URL'), { input: 'https://a-credential' });

    jsonLog().error('It failed', { error });

    expect(JSON.stringify(lines)).not.toContain('a-credential');
  });
});
