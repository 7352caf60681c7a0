// GitHub accepts the files in .github/, the workflows are safe by the rules of zizmor, and their own shell commands do what the
// names of the steps say.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { isList, type Json, type JsonMap, mapOf } from '../../sandbox/json.ts';
import { newFolder } from '../cli/command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

const filesIn = (path: string) => readdirSync(path).map((name) => join(path, name));
const workflows = [...filesIn('.github/workflows'), 'examples/github-actions.yml'];
const forms = filesIn('.github/ISSUE_TEMPLATE').filter((file) => basename(file) !== 'config.yml');
const schemas: Readonly<Record<string, readonly string[]>> = {
  'github-workflows': workflows,
  dependabot: ['.github/dependabot.yml'],
  'github-issue-config': ['.github/ISSUE_TEMPLATE/config.yml'],
  'github-issue-forms': forms,
};

const validate = (schema: string, files: readonly string[]) =>
  run('check-jsonschema', ['--builtin-schema', `vendor.${schema}`, ...files]);
const audit = (files: readonly string[]) => run('zizmor', ['--offline', '--quiet', '--persona', 'pedantic', ...files]);
const lint = (script: string) => run('shellcheck', ['--shell', 'bash', '-'], { input: script });

test.each(Object.entries(schemas))('the files fit the schema %s', (schema, files) => {
  expect(validate(schema, files)).toMatchObject({ status: 0 });
});

test('zizmor finds nothing', () => {
  expect(audit(['.github', 'examples/github-actions.yml'])).toMatchObject({ status: 0 });
});

const steps = workflows.flatMap((file) =>
  Object.values(mapOf(mapOf(parse(readFileSync(file, 'utf8')))['jobs']))
    .flatMap((job) => listOf(mapOf(job)['steps']))
    .filter(({ run: script }) => script !== undefined)
    .map(({ name, run: script }) => [basename(file), String(name ?? script), String(script)] as const),
);

test.each(steps)('%s: shellcheck finds nothing in "%s"', (_file, _name, script) => {
  expect(lint(script)).toMatchObject({ status: 0, stdout: '' });
});

test('each kind of mistake would be found', () => {
  const text = readFileSync('.github/workflows/ci.yml', 'utf8');
  const [misspelt, unpinned] = [join(folder, 'misspelt.yml'), join(folder, 'unpinned.yml')];
  writeFileSync(misspelt, text.replace('timeout-minutes', 'timeout-minute'));
  writeFileSync(unpinned, text.replace(/actions\/checkout@\w+/, 'actions/checkout@v6'));

  expect(validate('github-workflows', [misspelt])).toMatchObject({ status: 1 });
  expect(audit([unpinned]).stdout).toContain('unpinned-uses');
  expect(lint('gh release create $TAG').stdout).toContain('SC2086');
});

describe('The workflow for releases', () => {
  const scripts = new Map(steps.flatMap(([file, name, script]) => (file === 'release.yml' ? [[name, script]] : [])));

  /** A folder with what the steps before have written, and programs that only print how they are called. */
  function newWorkplace(version: string) {
    const path = mkdtempSync(join(folder, 'release-'));
    for (const name of ['bin', 'dist', 'dist/release']) mkdirSync(join(path, name));
    writeFileSync(join(path, 'package.json'), JSON.stringify({ version }));
    for (const name of ['one.zip', 'SHA256SUMS']) writeFileSync(join(path, 'dist/release', name), '');
    writeFileSync(join(path, 'dist/provider-0.2.0.tgz'), '');
    for (const program of ['gh', 'npm']) {
      writeFileSync(join(path, 'bin', program), `#!/bin/sh\necho ${program} "$@"\n`);
      chmodSync(join(path, 'bin', program), 0o755);
    }
    const env = {
      PATH: `${join(path, 'bin')}:${process.env['PATH']}`,
      GITHUB_REF_NAME: 'v0.2.0',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'owner/name',
    };
    const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c'];
    return (step: string) => run('bash', [...bash, scripts.get(step) ?? 'exit 99'], { cwd: path, env });
  }

  test('refuses a tag that is not the version', () => {
    const step = 'Compare the tag with the version';

    expect(newWorkplace('0.2.0')(step)).toMatchObject({ status: 0 });
    expect(newWorkplace('0.1.0')(step)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'The tag is v0.2.0, but package.json has the version 0.1.0.\n',
    });
  });

  test('writes the files with the pages of the repository, and packs the package without a second build', () => {
    const page = 'https://github.com/owner/name';
    const workplace = newWorkplace('0.2.0');

    expect(workplace('Write the files').stdout).toBe(
      `npm ci\nnpm run release -- --home-page-url ${page} --source-code-url ${page}\n`,
    );
    expect(workplace('Pack the npm package').stdout).toBe('npm pack --ignore-scripts --pack-destination dist\n');
  });

  test('drafts a release with all files', () => {
    expect(newWorkplace('0.2.0')('Draft the release').stdout).toBe(
      'gh release create v0.2.0 dist/release/SHA256SUMS dist/release/one.zip dist/provider-0.2.0.tgz ' +
        '--draft --verify-tag --generate-notes\n',
    );
  });
});

function listOf(value: Json | undefined): readonly JsonMap[] {
  return isList(value) ? value.map(mapOf) : [];
}

interface Settings {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

function run(program: string, args: readonly string[], settings: Settings = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...settings });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
