/** The entry of the sandbox's command line: `npm start` and `npm run sandbox`. Built into `dist/sandbox/main.cjs`. */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { realClock } from '../clock.ts';
import { runProgram } from './program.ts';
import { defaultProviderTemplate } from './provider-sandbox.ts';

/** The same path leads there from this file and from `dist/sandbox/`. */
const packageRoot = resolve(__dirname, '../..');

async function main(): Promise<void> {
  // npm runs a script in the package's folder, but relative paths mean the user's folder.
  const { npm_lifecycle_event, INIT_CWD } = process.env;
  if (npm_lifecycle_event === 'sandbox' && INIT_CWD !== undefined) process.chdir(INIT_CWD);
  // A reader that stops early (`| head`) must not stop an operation.
  process.stdout.on('error', () => {});

  const { argv, stdout, stderr, env } = process;
  const defaults = {
    packageRoot,
    providerTemplate: defaultProviderTemplate(packageRoot),
    // Saved stacks and images need ids that differ from run to run.
    seed: randomInt(2 ** 32),
  };
  const status = await runProgram(argv.slice(2), defaults, { stdout, stderr, env, clock: realClock });
  // An interrupted operation still waits for something and would keep the process alive. Flush the output before the exit.
  stdout.write('', () => process.exit(status));
}

void main();
