// The sandbox as others get it: its tarball alone, in an empty folder, with the files and commands of its README.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(120_000);

const { folder, remove } = newFolder();
afterAll(remove);

const readme = readFileSync('sandbox/README.md', 'utf8');
const [template = '', provider = '', commands = ''] = ['yaml', 'js', 'sh'].map(
  (language) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readme)?.[1],
);
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The status and the last line of a command. */
function ended(command: string) {
  const [program = '', ...args] = command.replace('npx', 'npx --no').split(' ');
  const { status, stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return [status, stdout.trim().split('\n').at(-1)?.trim()];
}

test('the tarball runs the commands of its README, and needs no other package', () => {
  // `npm run build:all` has built it.
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], 'sandbox');
  writeFileSync(join(folder, 'package.json'), '{}');
  npm(['install', '--offline', './cloudformation-sandbox-0.1.0.tgz'], folder);
  writeFileSync(join(folder, 'mine.yaml'), template);
  writeFileSync(join(folder, 'provider.cjs'), provider);

  const ends = commands.trim().split('\n').map(ended);

  expect(ends).toEqual([
    [0, '✓ Stack mine is CREATE_COMPLETE'],
    [0, '✓ Stack mine is UPDATE_COMPLETE'],
    [0, '✓ Stack mine is UPDATE_COMPLETE'],
    [0, 'Thing     UPDATE_COMPLETE  third'],
    [0, '✓ Stack mine is DELETE_COMPLETE'],
    [1, expect.stringMatching(/^Problems in \d+ of \d+ scenarios\.$/)],
  ]);
  expect(npm(['ls', '--all', '--parseable'], folder).trim().split('\n')).toHaveLength(2);
});
