/**
 * `npm run fidelity`: asks a SageMaker what nobody outside AWS knows for certain, and compares it with what the sandbox
 * assumes. Without further ado it asks the sandbox itself; with SAGEMAKER=live, an account of your own.
 *
 * Exit status: 0 if every question was answered and nothing is left behind, 1 otherwise, 2 if it was asked for wrongly.
 */
import { randomBytes } from 'node:crypto';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { Command, CommanderError, Option } from 'commander';
import { listenForInterrupt } from '../sandbox/cli/interrupt.ts';
import { openTerminal, type Terminal } from '../sandbox/cli/terminal.ts';
import { systemClock } from '../src/clock.ts';
import { checkAccount } from './account.ts';
import { type Investigation, investigate } from './investigate.ts';
import type { LaboratoryOptions } from './laboratory.ts';
import { type GivenOptions, liveOptions } from './options.ts';
import { probes } from './probes.ts';
import { tellFact, tellPlan, tellResult } from './report.ts';
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
  // Node 20 is enough to work on the project; the SDK would say on every start that it will not be from 2027 on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const terminal = openTerminal(process.stdout, process.env);
  const options = new Command('npm run fidelity --')
    .description('What only a real SageMaker can tell. Asks the sandbox; with SAGEMAKER=live, an account of your own.')
    .option('--account <ID>', 'twelve digits: the only account in which anything may be made')
    .addOption(new Option('--region <REGION>').env('AWS_REGION'))
    .option('--role-arn <ARN>', 'a role of that account for the images: SageMaker may assume it, and it may read ECR')
    .option('--base-image <URI>', 'a container image in ECR to make versions of')
    .addOption(new Option('--poll <SECONDS>', 'between two looks').default(livePollSeconds).argParser(Number))
    .option('--yes', 'make what is announced; without it nothing is made', false)
    .option('--json', 'the facts as JSON', false)
    .exitOverride()
    .parse()
    .opts<Options>();
  return process.env['SAGEMAKER'] === 'live' ? askAccount(options, terminal) : askSandbox(options, terminal);
}

async function askSandbox(options: Options, terminal: Terminal): Promise<number> {
  const simulated = await openSimulated();
  if (!options.json) terminal.line('Asking the sandbox. SAGEMAKER=live asks an account of your own (--help).\n');
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
  const refusal = await checkAccount(client, accountId);
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`);
    return 2;
  }
  if (!options.json || !options.yes) tellPlan({ ...live, runId }, terminal);
  if (!options.yes) return 0;
  return ask({ client, accountId, roleArn, baseImage, runId, pollMs: options.poll * 1000 }, options, terminal);
}

/** Ctrl-C ends the questions, not the cleaning up; a second one ends that too. */
async function ask(
  laboratory: Omit<LaboratoryOptions, 'signal'>,
  { json }: Options,
  terminal: Terminal,
): Promise<number> {
  const interrupt = listenForInterrupt();
  const stop = new AbortController();
  void interrupt.signal.then((signal) => stop.abort(new Error(`Interrupted by ${signal}`)));
  const onFact = json ? () => {} : tellFact(terminal);
  const found = await investigate(probes, { ...laboratory, signal: stop.signal }, { clock: systemClock, onFact });
  interrupt.stop();
  if (json) terminal.line(JSON.stringify({ Facts: found.facts, Left: found.left }, undefined, 2));
  else tellResult(found, terminal);
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
    // Commander has written its message already.
    if (!(error instanceof CommanderError)) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  },
);
