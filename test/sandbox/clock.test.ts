import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { realClock } from '../../sandbox/clock.ts';

test('an aborted sleep rejects with the reason of the abort', async () => {
  const controller = new AbortController();
  const reason = new Error('no longer needed');

  const sleep = realClock.sleep(60_000, controller.signal);
  controller.abort(reason);

  await expect(sleep).rejects.toBe(reason);
});

test('a sleep ends', async () => {
  await expect(realClock.sleep(1)).resolves.toBeUndefined();
});

/** Runs `code` after sandbox/clock.ts in a process of its own: Jest hears no warning of Node.js. */
function stderrOf(code: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: `import { newCancellation } from './sandbox/clock.ts';\n${code}`, resolveDir: '.' },
    bundle: true,
    platform: 'node',
    write: false,
  });
  return spawnSync(process.execPath, ['-e', outputFiles[0]?.text ?? ''], { encoding: 'utf8' }).stderr;
}

describe('newCancellation', () => {
  it('lets any number wait, without a warning of Node.js that they leak', () => {
    const wait = "for (let n = 0; n < 100; n += 1) signal.addEventListener('abort', () => {});";

    expect(stderrOf(`const { signal } = newCancellation(); ${wait}`)).toBe('');
    expect(stderrOf(`const { signal } = new AbortController(); ${wait}`)).toContain('MaxListenersExceededWarning');
  });
});
