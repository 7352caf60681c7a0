// The pipelines in examples/ make a new version of each new image: their own shell commands run, with the real AWS CLI. Only
// docker and ECR are fakes. docs/pipelines.md explains the pipelines.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Json, type JsonMap, mapOf } from '../../sandbox/json.ts';
import { newFolder } from '../cli/command-line.ts';
import { repository, versions } from '../support/stacks.ts';
import { type Account, openAccount } from './account.ts';

// `aws cloudformation deploy` looks every 30 seconds.
jest.setTimeout(180_000);

const { folder, remove } = newFolder();
let account: Account;
let registry: Server;
beforeEach(async () => {
  account = await openAccount(['*']);
  registry = await openRegistry();
});
afterEach(async () => {
  registry.close();
  await account.close();
});
afterAll(remove);

const exampleText = (name: string) => readFileSync(join('examples', name), 'utf8');
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const texts = (value: Json | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(mapOf(value)).map(([name, text]) => [name, String(text)]));

const password = 'a-password-of-ECR';
/** What the registry calls an image that is built from this Dockerfile. */
const digestOf = (dockerfile: string) => `sha256:${createHash('sha256').update(dockerfile).digest('hex')}`;

/** ECR as far as `aws ecr get-login-password` needs it. */
async function openRegistry(): Promise<Server> {
  const server = createServer((_request, response) => {
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    response.end(JSON.stringify({ authorizationData: [{ authorizationToken }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Has each image and its digest as files. Knows a digest only after the push, and pushes only after the login. */
const fakeDocker = `#!/usr/bin/env bash
set -eu
state=$(dirname "$0")
case "$1 \${2-}" in
  'login --username') test "$(cat)" = '${password}' && echo "\${*: -1}" >"$state/login" ;;
  'build --provenance=false') test "$4 $5" = '${repository}:nightly .' && cp Dockerfile "$state/built" ;;
  'push ${repository}:nightly') test "$(cat "$state/login")" = '${repository.split('/')[0]}' && cp "$state/built" "$state/pushed" ;;
  'image inspect') test "$5" = '${repository}:nightly' && echo "${repository}@sha256:$(sha256sum "$state/pushed" | cut -d ' ' -f 1)" ;;
  *) echo "unknown: docker $*" >&2; exit 1 ;;
esac
`;

/** A checkout of the repository that the examples describe, and the fake docker. */
function newCheckout(name: string) {
  const [checkout, bin] = [join(folder, name), join(folder, `${name}-bin`)];
  for (const path of [checkout, bin]) mkdirSync(path);
  writeFileSync(join(bin, 'docker'), fakeDocker);
  chmodSync(join(bin, 'docker'), 0o755);
  copyFileSync('examples/re-pushed-tag.yaml', join(checkout, 'template.yaml'));
  return {
    commit: (dockerfile: string) => writeFileSync(join(checkout, 'Dockerfile'), dockerfile),
    /** Runs a script as the pipelines do: it ends at the first failure. */
    async bash(script: string, variables: Readonly<Record<string, string>>) {
      const { port } = registry.address() as AddressInfo;
      const PATH = `${bin}:${process.env['PATH']}`;
      const all = { PATH, AWS_ENDPOINT_URL_ECR: `http://127.0.0.1:${port}`, ...variables };
      const settings = Object.entries(all).map(([variable, value]) => `${variable}=${value}`);
      const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
      const { status, stdout, stderr } = await account.run('env', ['-C', checkout, ...settings, ...shell]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    },
  };
}

describe('examples/github-actions.yml', () => {
  const { defaults, jobs } = mapOf(parse(exampleText('github-actions.yml')));
  const { env, steps } = mapOf(mapOf(jobs)['deploy']);

  /** Runs the shell of each step. The other steps call actions of others. */
  async function push(checkout: ReturnType<typeof newCheckout>, name: string) {
    const outputs: Record<string, string> = {};
    const printed: string[] = [];
    for (const step of list(steps)
      .map(mapOf)
      .filter(({ run }) => run !== undefined)) {
      const outputFile = join(folder, `${name}-${step['id'] ?? 'last'}`);
      writeFileSync(outputFile, '');
      const given = Object.entries(texts(step['env'])).map(([variable, value]) => [
        variable,
        evaluated(value, outputs),
      ]);
      const variables = { ...texts(env), ...Object.fromEntries(given), GITHUB_OUTPUT: outputFile };
      printed.push(await checkout.bash(String(step['run']), variables));
      for (const line of readFileSync(outputFile, 'utf8').trim().split('\n')) {
        const [key = '', value = ''] = line.split('=');
        outputs[`steps.${step['id']}.outputs.${key}`] = value;
      }
    }
    return printed.join('');
  }

  function evaluated(value: string, outputs: Readonly<Record<string, string>>): string {
    return value.replace(/^\$\{\{ (\S+) \}\}$/, (_, expression: string) => outputs[expression] ?? 'not an output');
  }

  test('runs its steps with the shell of the test', () => {
    expect(defaults).toEqual({ run: { shell: 'bash' } });
  });

  test('deploys a new version for a new image, and nothing for the same image', async () => {
    const checkout = newCheckout('github');
    const templateText = exampleText('re-pushed-tag.yaml');
    await account.cloudFormation.createStack('studio-image', { templateText, fileName: 't.yaml', parameters: {} });

    checkout.commit('FROM one');
    await push(checkout, 'first');

    expect(versions(account)).toEqual(['re-pushed-tag/2 nightly CREATED nightly']);
    expect(revisionOf('studio-image')).toBe(digestOf('FROM one'));

    const printed = await push(checkout, 'second');

    expect(printed).toContain('No changes to deploy. Stack studio-image is up to date');
    expect(versions(account)).toEqual(['re-pushed-tag/2 nightly CREATED nightly']);
  });
});

describe('examples/codepipeline.yaml with examples/buildspec.yml', () => {
  const { env, phases, artifacts } = mapOf(parse(exampleText('buildspec.yml')));

  async function propertiesOfPipeline(): Promise<Readonly<Record<string, JsonMap>>> {
    const templateText = exampleText('codepipeline.yaml');
    await account.cloudFormation.createStack('pipeline', { templateText, fileName: 'p.yaml', parameters: {} });
    const { resources = {} } = account.cloudFormation.findStack('pipeline') ?? {};
    return Object.fromEntries(Object.entries(resources).map(([name, { Properties }]) => [name, Properties]));
  }

  test('deploys a version with the digest of the image as its Revision', async () => {
    const checkout = newCheckout('codepipeline');
    const { Build, Pipeline } = await propertiesOfPipeline();
    const [, build, deploy] = list(Pipeline?.['Stages'])
      .map((stage) => list(mapOf(stage)['Actions']).map(mapOf))
      .map(([action]) => action);
    const { Configuration } = mapOf(deploy);
    const { ParameterOverrides, TemplatePath, StackName } = texts(Configuration);

    // CodeBuild runs all commands in one shell, and then reads the exported variables.
    checkout.commit('FROM one');
    const commands = [mapOf(phases)['pre_build'], mapOf(phases)['build']].flatMap((phase) =>
      list(mapOf(phase)['commands']).map(String),
    );
    const exported = list(mapOf(env)['exported-variables']).map(String);
    const show = exported.map((name) => `echo "#{${build?.['Namespace']}.${name}}=$${name}"`);
    const variables = list(mapOf(Build?.['Environment'])['EnvironmentVariables']).map(texts);
    const given = Object.fromEntries(variables.map(({ Name = '', Value = '' }) => [Name, Value]));
    const printed = await checkout.bash([...commands, ...show].join('\n'), given);

    const values = new Map(printed.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=')[1] ?? '']));
    const parameters: Record<string, string> = JSON.parse(
      (ParameterOverrides ?? '').replace(/#\{[\w.]+\}/g, (name) => values.get(name) ?? 'not a variable'),
    );
    const [artifact, file = ''] = (TemplatePath ?? '').split('::');
    expect(list(mapOf(artifacts)['files'])).toContain(file);
    expect(list(build?.['OutputArtifacts'])).toEqual([{ Name: artifact }]);
    const templateText = exampleText('re-pushed-tag.yaml');
    await account.cloudFormation.createStack(StackName ?? '', { templateText, fileName: 't.yaml', parameters });

    expect(revisionOf('studio-image')).toBe(digestOf('FROM one'));
    expect(versions(account)).toEqual(['re-pushed-tag/1 nightly CREATED nightly']);
    expect(account.cloudFormation.findStack('studio-image')?.StackStatus).toBe('CREATE_COMPLETE');
  });
});

/** The Revision that the version of the stack has now. */
function revisionOf(name: string): Json | undefined {
  return account.cloudFormation.findStack(name)?.resources['Nightly']?.Properties['Revision'];
}
