/** The entry of the command line. Built into `dist/main.cjs` of the package. */
import { randomInt } from 'node:crypto';
import { realClock } from '../clock.ts';
import { runProgram } from './program.ts';

const { argv, stdout, stderr, env } = process;
// A reader that stops early (`| head`) must not stop an operation.
stdout.on('error', () => {});

const defaults = {
  // A script that passes options before the command sets its own name, which examples and next commands then show.
  commandName: env['CLOUDFORMATION_SANDBOX_NAME'],
  bundles: __dirname,
  // Saved stacks and images need ids that differ from run to run.
  seed: randomInt(2 ** 32),
};
void runProgram(argv.slice(2), defaults, { stdout, stderr, env, clock: realClock }).then((status) => {
  // An interrupted operation still waits for something and would keep the process alive. Flush the output before the exit.
  stdout.write('', () => process.exit(status));
});
