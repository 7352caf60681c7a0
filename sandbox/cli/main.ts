/**
 * The sandbox's command line: `npm start` and `npm run sandbox`. Built into `dist/sandbox/main.cjs`.
 *
 * Exit status: 0 if all went as asked, 1 if an operation failed or could not begin, 2 if it was asked for wrongly (the
 * command line, a template, parameters), 128 and more after a signal.
 */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { realClock } from '../real-clock.ts';
import { errorAsJson, printError } from './print-error.ts';
import { createProgram } from './program.ts';
import { defaultProviderTemplate } from './provider-sandbox.ts';
import { openTerminal } from './terminal.ts';

/** From here, and from `dist/sandbox/` where this is built into, it is the same way. */
const packageRoot = resolve(__dirname, '../..');

async function main(): Promise<void> {
  // npm runs scripts in the package's folder; relative paths are meant from where the person is.
  const { npm_lifecycle_event, INIT_CWD } = process.env;
  if (npm_lifecycle_event === 'sandbox' && INIT_CWD !== undefined) process.chdir(INIT_CWD);
  // Whoever reads no further (`| head`) is no reason to stop in the middle of an operation.
  process.stdout.on('error', () => {});

  const terminal = openTerminal(process.stdout, process.env);
  const program = createProgram(
    {
      packageRoot,
      providerTemplate: defaultProviderTemplate(packageRoot),
      // The one thing that comes from outside: ids must differ from run to run when the state is kept.
      seed: randomInt(2 ** 32),
    },
    { terminal, clock: realClock },
  );
  try {
    const succeeded = await program(process.argv.slice(2));
    process.exitCode = succeeded ? 0 : 1;
  } catch (error) {
    // Asked of the words themselves: the command line may be what is wrong.
    const document = process.argv.includes('--json') ? errorAsJson(error) : undefined;
    if (document !== undefined) terminal.line(JSON.stringify(document, undefined, 2));
    // An operation that was interrupted still waits for something: nothing but the end of the process ends it.
    process.exit(printError(error, openTerminal(process.stderr, process.env)));
  }
}

void main();
