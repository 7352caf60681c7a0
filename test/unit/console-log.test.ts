import { consoleLog } from '../../src/console-log.ts';

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

describe('consoleLog', () => {
  test('writes one JSON line with time, level, message, keys and details', () => {
    const lines = written();
    const log = consoleLog({ StackId: 'a-stack' });

    log.info('First', { attempt: 1 });
    log.warn('Second');
    log.with({ RequestId: 'a-request' }).error('Third');

    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines).toEqual([
      { timestamp, level: 'INFO', message: 'First', StackId: 'a-stack', attempt: 1 },
      { timestamp, level: 'WARN', message: 'Second', StackId: 'a-stack' },
      { timestamp, level: 'ERROR', message: 'Third', StackId: 'a-stack', RequestId: 'a-request' },
    ]);
  });

  test('keeps details of debugging to itself', () => {
    const lines = written();

    consoleLog().debug('Polling');

    expect(lines).toEqual([]);
  });
});
