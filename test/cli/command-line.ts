/** Runs the command line: the built one in its own process, or the program in this process. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../sandbox/cli/program.ts';
import type { Stream } from '../../sandbox/cli/terminal.ts';
import { realClock } from '../../sandbox/clock.ts';

const packageRoot = process.cwd();
const main = resolve('sandbox/dist/main.cjs');

/** What `npm run sandbox` passes before the command. */
const ofProvider = [
  `--provider-template=${resolve('template.yaml')}`,
  '--provider-parameter=ImageNamePattern=*',
  '--provider-parameter=NativeTypeMacro=true',
  `--schema=${resolve('dist/schema.json')}`,
  `--schema=${resolve('dist/native-type.schema.json')}`,
];
const commandName = 'npm run sandbox --';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts a command in `cwd`, 100 columns wide. Throws if the command line was not built. `ended` rejects if the output
 * contains a ResponseURL.
 */
export function startCommand(args: readonly string[], cwd: string = process.cwd()) {
  return start(main, [...ofProvider, ...args], cwd);
}

/** Starts what `npm start` runs. */
export function startStory(args: readonly string[], cwd: string) {
  return start(resolve('dist/story/main.cjs'), args, cwd);
}

function start(bundle: string, args: readonly string[], cwd: string) {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing. Build it first: npm run build:all`);
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd,
    env: { ...process.env, COLUMNS: '100', CLOUDFORMATION_SANDBOX_NAME: commandName },
  });
  const status = new Promise<number | null>((done) => child.once('close', done));
  const ended = Promise.all([status, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]): Ended => {
    expect(stdout + stderr).not.toContain('X-Amz-Signature');
    return { status: code, stdout, stderr };
  });
  return { child, ended };
}

export function runCommand(args: readonly string[], cwd?: string): Promise<Ended> {
  return startCommand(args, cwd).ended;
}

// Jest's structuredClone makes objects of another realm, which isDeepStrictEqual of node:util never finds equal to ours.
globalThis.structuredClone = (value) => JSON.parse(JSON.stringify(value));

/** Runs a command in this process and in the working folder: this is faster than a process of its own. */
export async function runInProcess(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): Stream => ({
    columns: 100,
    write: (text: string | Uint8Array) => {
      written[name] += text;
      return true;
    },
  });
  const others = new Set(process.listeners('exit'));
  const defaults = { commandName, bundles: join(packageRoot, 'sandbox/dist'), seed: randomInt(2 ** 32) };
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  const status = await runProgram([...ofProvider, ...args], defaults, { ...streams, env: {}, clock: realClock });
  // What the command does when its process ends.
  for (const listener of process.listeners('exit')) {
    if (others.has(listener)) continue;
    process.off('exit', listener);
    listener(status);
  }
  return { status, ...written };
}

/** The last line that `serve` prints before it serves. */
const lastLineOfServe = "list_images()['Images']\n";

/** Starts `serve` on free ports with the state folder in `cwd`. Resolves when it listens, or has ended. */
export async function startServing(cwd: string, args: readonly string[] = []) {
  const { child, ended } = startCommand(['serve', '--port', '0', ...args], cwd);
  const output = await new Promise<string>((done) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes(lastLineOfServe)) done(printed);
    });
    // It could not start: the output has the reason.
    child.once('close', () => done(printed));
  });
  const endpoint = (service: string) => new RegExp(`AWS_ENDPOINT_URL_${service}=(\\S+)`).exec(output)?.[1] ?? 'none';
  const endpoints = { sageMaker: endpoint('SAGEMAKER'), cloudFormation: endpoint('CLOUDFORMATION') };
  return { child, ended, endpoints };
}

/** A new folder for a test file's commands to work in. */
export function newFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-cli-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes a new folder the working folder while the tests of the file run. */
export function workInNewFolder(): string {
  const { folder, remove } = newFolder();
  beforeAll(() => process.chdir(folder));
  afterAll(() => {
    process.chdir(packageRoot);
    remove();
  });
  return folder;
}

/** One image with one version. */
const mine = `Parameters:
  Tag: {Type: String, Default: '1'}
  Notes: {Type: String, Default: first}
Resources:
  Image:
    Type: AWS::SageMaker::Image
    Properties: {ImageName: mine, ImageRoleArn: 'arn:aws:iam::111122223333:role/mine'}
  Only:
    Type: Custom::SageMakerImageVersion
    DependsOn: Image
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      ImageName: mine
      BaseImage: !Sub '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:\${Tag}'
      Alias: latest
      ReleaseNotes: !Ref Notes
`;

/** Works in a new folder with a template. `run` splits the command at its spaces; `mine` names template and stack. */
export function workWithTemplate(outputs = '') {
  writeFileSync(join(workInNewFolder(), 'mine.yaml'), mine + outputs);
  const stack = '--stack-name mine';
  const template = '--template mine.yaml';
  const run = (command: string, ...more: readonly string[]) => runInProcess([...command.split(' '), ...more]);
  return { run, stack, template, mine: `${template} ${stack}` };
}

/** A new folder for processes that serve. After the tests of the file, the processes end and the folder is deleted. */
export function folderWithProcesses() {
  const { folder, remove } = newFolder();
  const running = new Set<{ kill(signal: 'SIGKILL'): boolean }>();
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    remove();
  });
  return { folder, running };
}

/** The output on one line, with the same text for all durations. */
export function flat(output: string): string {
  return output.replace(/\s+/g, ' ').replace(/\d+\.\d s/g, '0.0 s');
}

/** The lines of events and faults, without their times. */
export function eventLines(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /^ +\d+\.\d s {2}/.test(line))
    .map((line) => line.replace(/^ +\d+\.\d s +/, '').replace(/ +/g, ' '));
}
