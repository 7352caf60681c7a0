/**
 * `npm run fidelity`: tries out what AWS does not document of SageMaker, and compares it with what the sandbox assumes. It
 * asks the sandbox by default and, with SAGEMAKER=live, an account of yours.
 *
 * Exit status: 0 if every question was answered and nothing is left behind, 1 otherwise, 2 for wrong usage.
 */
import { randomBytes } from 'node:crypto';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { Command, CommanderError, Option } from 'commander';
import { listenForInterrupt } from '../sandbox/cli/interrupt.ts';
import { openTerminal, type Terminal } from '../sandbox/cli/terminal.ts';
import { systemClock } from '../src/clock.ts';
import { type Investigation, investigate } from './investigate.ts';
import type { LaboratoryOptions } from './laboratory.ts';
import { checkAccount, type GivenOptions, liveOptions } from './options.ts';
import { probes } from './probes.ts';
import { factPrinter, printPlan, printResult } from './report.ts';
import { openSimulated } from './simulated.ts';

interface Options extends GivenOptions {
  /** In seconds. */
  readonly poll: number;
  readonly yes: boolean;
  readonly json: boolean;
}

const livePollSeconds = 5;
const simulatedPollMs = 50;

async function main(): Promise<number> {
  // On Node.js 20, the SDK would print on every start that it needs a newer version from 2027 on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const terminal = openTerminal(process.stdout, process.env);
  const options = new Command('npm run fidelity --')
    .description(
      'Try out what only a real SageMaker can answer. Asks the sandbox or, with SAGEMAKER=live, an account of yours.',
    )
    .option('--account <ID>', 'twelve digits: the only account in which it makes anything')
    .addOption(new Option('--region <REGION>').env('AWS_REGION'))
    .option('--role-arn <ARN>', 'a role of that account for the images; SageMaker can assume it, and it can read ECR')
    .option('--base-image <URI>', 'a container image in ECR for the versions')
    .addOption(new Option('--poll <SECONDS>', 'the time between two polls').default(livePollSeconds).argParser(Number))
    .option('--yes', 'make what the plan says; without this option nothing is made', false)
    .option('--json', 'print the facts as JSON', false)
    .exitOverride()
    .parse()
    .opts<Options>();
  return process.env['SAGEMAKER'] === 'live' ? askAccount(options, terminal) : askSandbox(options, terminal);
}

async function askSandbox(options: Options, terminal: Terminal): Promise<number> {
  const simulated = await openSimulated();
  if (!options.json)
    terminal.line('Asking the sandbox. With SAGEMAKER=live, this command asks an account of yours (--help).\n');
  try {
    return await ask({ ...simulated, pollMs: simulatedPollMs }, options, terminal);
  } finally {
    await simulated.close();
  }
}

async function askAccount(options: Options, terminal: Terminal): Promise<number> {
  const live = liveOptions(options);
  if ('problems' in live) {
    for (const problem of live.problems) process.stderr.write(`${problem}\n`);
    return 2;
  }
  const { account: accountId, region, roleArn, baseImage } = live;
  const client = new SageMakerClient({ region });
  const runId = randomBytes(4).toString('hex');
  const problem = await checkAccount(client, accountId);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    return 2;
  }
  if (!options.json || !options.yes) printPlan({ ...live, runId }, terminal);
  if (!options.yes) return 0;
  return ask({ client, accountId, roleArn, baseImage, runId, pollMs: options.poll * 1000 }, options, terminal);
}

/** Ctrl-C ends the questions but not the clean-up; a second Ctrl-C ends the clean-up, too. */
async function ask(
  laboratory: Omit<LaboratoryOptions, 'signal'>,
  { json }: Options,
  terminal: Terminal,
): Promise<number> {
  const interrupt = listenForInterrupt();
  const stop = new AbortController();
  void interrupt.signal.then((signal) => stop.abort(new Error(`Interrupted by ${signal}`)));
  const onFact = json ? () => {} : factPrinter(terminal);
  const found = await investigate(probes, { ...laboratory, signal: stop.signal }, { clock: systemClock, onFact });
  interrupt.stop();
  if (json) terminal.line(JSON.stringify({ Facts: found.facts, Left: found.left }, undefined, 2));
  else printResult(found, terminal);
  return isComplete(found) ? 0 : 1;
}

function isComplete({ facts, left }: Investigation): boolean {
  return facts.length === probes.length && facts.every(({ Answer }) => Answer !== undefined) && left.length === 0;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    // Commander has already printed its message.
    if (!(error instanceof CommanderError)) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  },
);
