/** The built doctor, and a `serve` that it works on. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { folderWithProcesses, startServing } from './command-line.ts';

type Variables = Readonly<Record<string, string>>;

/** A new folder for the file's stacks. Call it at the top of a test file. */
export function doctorsPlace() {
  const { folder, running } = folderWithProcesses();

  /** The sandbox's endpoints, as the variables that every SDK reads. */
  async function serve(args: readonly string[] = []) {
    const { child, ended, endpoints } = await startServing(folder, args);
    running.add(child);
    return {
      variables: {
        AWS_ENDPOINT_URL_SAGEMAKER: endpoints.sageMaker,
        AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
      },
      stop: async () => {
        child.kill('SIGINT');
        await ended;
      },
    };
  }

  /** With nothing of this machine's configuration. */
  async function runDoctor(args: readonly string[], variables: Variables) {
    const child = spawn(process.execPath, [resolve('dist/doctor/main.cjs'), ...args], {
      env: {
        ...{ AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' },
        ...{ AWS_CONFIG_FILE: join(folder, 'none'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') },
        ...variables,
      },
    });
    running.add(child);
    const status = new Promise<number | null>((done) => child.once('close', done));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await status, stdout, stderr };
  }

  return { folder, serve, runDoctor };
}
