// The sandbox as others get it: its tarball alone, in an empty folder, with the files and commands of its README.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

const readme = readFileSync('sandbox/README.md', 'utf8');
const [template = '', provider = '', commands = ''] = ['yaml', 'js', 'sh'].map(
  (language) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readme)?.[1],
);
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const installed = join(folder, 'node_modules/.bin/cloudformation-sandbox');

/** The program that `npx cloudformation-sandbox …` runs, and its arguments. */
const argumentsOf = (command: string) => command.split(' ').slice(2);

/** The status and the last line of a command. */
function ended(program: string, args: readonly string[]) {
  const { status, stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return [status, stdout.trim().split('\n').at(-1)?.trim()];
}

/** Presses Ctrl-C at the first line of a command. Resolves with the status and that line. */
async function interrupted(args: readonly string[]) {
  const child = spawn(installed, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  let printed = '';
  child.stdout.on('data', (chunk) => {
    // A second signal would end the process at once.
    if (printed.includes('\n')) return;
    printed += chunk;
    if (printed.includes('\n')) child.kill('SIGINT');
  });
  return [await status, printed.split('\n')[0]];
}

test('the tarball runs the commands of its README, and needs no other package', async () => {
  // `npm run build:all` has built it.
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], 'sandbox');
  writeFileSync(join(folder, 'package.json'), '{}');
  npm(['install', '--offline', './cloudformation-sandbox-0.1.0.tgz'], folder);
  writeFileSync(join(folder, 'mine.yaml'), template);
  writeFileSync(join(folder, 'provider.cjs'), provider);

  const [first = '', ...others] = commands.trim().split('\n');
  const check = others.pop() ?? '';
  const ends = [
    ended('npx', ['--no', ...first.split(' ').slice(1)]),
    ...others.map((command) => ended(installed, argumentsOf(command))),
  ];
  // A whole check takes half a minute. `other-providers.test.ts` holds its end.
  const checked = await interrupted(argumentsOf(check));

  expect(ends).toEqual([
    [0, '✓ Stack mine is CREATE_COMPLETE'],
    [0, '✓ Stack mine is UPDATE_COMPLETE'],
    [0, '✓ Stack mine is UPDATE_COMPLETE'],
    [0, 'Thing     UPDATE_COMPLETE  third'],
    [0, '✓ Stack mine is DELETE_COMPLETE'],
  ]);
  expect(check).toMatch(/^npx cloudformation-sandbox check /);
  expect(checked).toEqual([130, expect.stringMatching(/^[✓✗] A Create, an Update that changes nothing, a Delete$/)]);
  expect(npm(['ls', '--all', '--parseable'], folder).trim().split('\n')).toHaveLength(2);
});
