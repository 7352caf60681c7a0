import { lateLog } from '../../src/late-log.ts';
import { fakeLog } from '../support/provider/fake-log.ts';

/** A late log, the log behind it, and what it has deferred. */
function late() {
  const log = fakeLog();
  const deferred: (() => void)[] = [];
  let loads = 0;
  const load = async () => {
    loads += 1;
    return log;
  };
  return {
    log,
    loads: () => loads,
    deferred,
    late: lateLog(load, (work) => deferred.push(work)),
  };
}

describe('lateLog', () => {
  test('loads nothing before it is deferred to, and everything is written in its order then', async () => {
    const { log, loads, deferred, late: kept } = late();

    kept.info('First', { Version: 1 });
    kept.with({ RequestId: 'one' }).with({ StackId: 'a-stack' }).warn('Second');
    kept.debug('Third');
    kept.error('Fourth');
    expect({ loads: loads(), lines: log.lines }).toEqual({ loads: 0, lines: [] });

    for (const work of deferred) work();
    await kept.written();

    expect(loads()).toBe(1);
    expect(log.lines).toEqual([
      { level: 'info', message: 'First', details: { Version: 1 } },
      { level: 'warn', message: 'Second', details: { RequestId: 'one', StackId: 'a-stack' } },
      { level: 'debug', message: 'Third', details: {} },
      { level: 'error', message: 'Fourth', details: {} },
    ]);
  });

  test('writes at once when the log is there', async () => {
    const { log, loads, deferred, late: kept } = late();
    kept.info('First');
    for (const work of deferred) work();
    await kept.written();

    kept.info('Second');

    expect(log.lines.map(({ message }) => message)).toEqual(['First', 'Second']);
    expect({ loads: loads(), deferred: deferred.length }).toEqual({ loads: 1, deferred: 1 });
  });

  test('fails nobody where a line cannot be written, and writes the others', async () => {
    const written: string[] = [];
    const info = (message: string) => {
      if (message === 'Bad') throw new Error('cannot be written');
      written.push(message);
    };
    const log = { debug: info, info, warn: info, error: info, with: () => log };
    const kept = lateLog(
      async () => log,
      (work) => work(),
    );
    for (const message of ['First', 'Bad', 'Third']) kept.info(message);

    await expect(kept.written()).resolves.toBeUndefined();
    expect(written).toEqual(['First', 'Third']);
  });

  test('fails nobody where the log cannot be loaded', async () => {
    const kept = lateLog(
      () => Promise.reject(new Error('gone')),
      (work) => work(),
    );
    kept.info('First');

    await expect(kept.written()).resolves.toBeUndefined();
  });

  test('has everything written where nothing was', async () => {
    const { loads, late: kept } = late();

    await expect(kept.written()).resolves.toBeUndefined();
    expect(loads()).toBe(0);
  });
});
