/**
 * `npm run fidelity`: tries out what AWS does not document of SageMaker or, with --stack, of CloudFormation, and compares it
 * with what the sandbox assumes. It asks the sandbox by default and, with SAGEMAKER=live, an account of yours.
 *
 * Exit status: 0 if every question was answered and nothing is left behind, 1 otherwise, 2 for wrong usage.
 */
import { randomBytes } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { Command, CommanderError, Option } from 'commander';
import { listenForInterrupt } from '../sandbox/cli/interrupt.ts';
import { openTerminal, type Terminal } from '../sandbox/cli/terminal.ts';
import { systemClock } from '../src/clock.ts';
import { type Fact, type Investigation, investigate } from './investigate.ts';
import type { LaboratoryOptions } from './laboratory.ts';
import { liveStack } from './live-stack.ts';
import { checkAccount, checkStackAccount, type GivenOptions, liveOptions, stackOptions } from './options.ts';
import { probes } from './probes.ts';
import { factPrinter, printPlan, printResult, printStackPlan } from './report.ts';
import { openSimulated } from './simulated.ts';
import { openSimulatedStack } from './simulated-stack.ts';
import { investigateStack, type StackAccount, stackQuestionCount } from './stack-probes.ts';

interface Options extends GivenOptions {
  /** In seconds. */
  readonly poll: number;
  readonly yes: boolean;
  readonly json: boolean;
  /** Ask CloudFormation instead of SageMaker. */
  readonly stack: boolean;
}

const livePollSeconds = 5;
const simulatedPollMs = 50;
/** How long the function of the stack waits before it answers. */
const liveWaitMs = 30_000;
const simulatedWaitMs = 500;
const askingSandbox = 'Asking the sandbox. With SAGEMAKER=live, this command asks an account of yours (--help).\n';

async function main(): Promise<number> {
  // On Node.js 20, the SDK would print on every start that it needs a newer version from 2027 on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const terminal = openTerminal(process.stdout, process.env);
  const options = new Command('npm run fidelity --')
    .description(
      'Try out what only a real account can answer. Asks the sandbox or, with SAGEMAKER=live, an account of yours.',
    )
    .option('--account <ID>', 'twelve digits: the only account in which it makes anything')
    .addOption(new Option('--region <REGION>').env('AWS_REGION'))
    .option('--role-arn <ARN>', 'a role of that account for the images; SageMaker can assume it, and it can read ECR')
    .option('--base-image <URI>', 'a container image in ECR for the versions')
    .addOption(new Option('--poll <SECONDS>', 'the time between two polls').default(livePollSeconds).argParser(Number))
    .option('--stack', 'ask CloudFormation instead of SageMaker: deploys one small stack, and deletes it again', false)
    .option('--yes', 'make what the plan says; without this option nothing is made', false)
    .option('--json', 'print the facts as JSON', false)
    .exitOverride()
    .parse()
    .opts<Options>();
  const isLive = process.env['SAGEMAKER'] === 'live';
  if (options.stack) return isLive ? askStackOfAccount(options, terminal) : askStackOfSandbox(options, terminal);
  return isLive ? askAccount(options, terminal) : askSandbox(options, terminal);
}

async function askStackOfSandbox(options: Options, terminal: Terminal): Promise<number> {
  const account = await openSimulatedStack();
  if (!options.json) terminal.line(askingSandbox);
  try {
    return await askStack(account, { pollMs: simulatedPollMs, waitMs: simulatedWaitMs }, options, terminal);
  } finally {
    await account.close();
  }
}

async function askStackOfAccount(options: Options, terminal: Terminal): Promise<number> {
  const given = stackOptions(options);
  if ('problems' in given) return refuse(given.problems);
  const account = liveStack(new CloudFormationClient({ region: given.region }), given.account);
  const problem = await checkStackAccount(account.client, given.account);
  if (problem !== undefined) return refuse([problem]);
  if (!options.json || !options.yes) printStackPlan({ ...given, StackName: account.StackName }, terminal);
  if (!options.yes) return 0;
  return askStack(account, { pollMs: options.poll * 1000, waitMs: liveWaitMs }, options, terminal);
}

function askStack(
  account: StackAccount,
  times: { readonly pollMs: number; readonly waitMs: number },
  options: Options,
  terminal: Terminal,
): Promise<number> {
  return report(options, terminal, stackQuestionCount, (signal, onFact) =>
    investigateStack(account, { ...times, signal, onFact, clock: systemClock }),
  );
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return 2;
}

async function askSandbox(options: Options, terminal: Terminal): Promise<number> {
  const simulated = await openSimulated();
  if (!options.json) terminal.line(askingSandbox);
  try {
    return await ask({ ...simulated, pollMs: simulatedPollMs }, options, terminal);
  } finally {
    await simulated.close();
  }
}

async function askAccount(options: Options, terminal: Terminal): Promise<number> {
  const live = liveOptions(options);
  if ('problems' in live) return refuse(live.problems);
  const { account: accountId, region, roleArn, baseImage } = live;
  const client = new SageMakerClient({ region });
  const runId = randomBytes(4).toString('hex');
  const problem = await checkAccount(client, accountId);
  if (problem !== undefined) return refuse([problem]);
  if (!options.json || !options.yes) printPlan({ ...live, runId }, terminal);
  if (!options.yes) return 0;
  return ask({ client, accountId, roleArn, baseImage, runId, pollMs: options.poll * 1000 }, options, terminal);
}

function ask(laboratory: Omit<LaboratoryOptions, 'signal'>, options: Options, terminal: Terminal): Promise<number> {
  return report(options, terminal, probes.length, (signal, onFact) =>
    investigate(probes, { ...laboratory, signal }, { clock: systemClock, onFact }),
  );
}

/** Ctrl-C ends the questions but not the clean-up; a second Ctrl-C ends the clean-up, too. */
async function report(
  { json }: Options,
  terminal: Terminal,
  questions: number,
  investigation: (signal: AbortSignal, onFact: (fact: Fact) => void) => Promise<Investigation>,
): Promise<number> {
  const interrupt = listenForInterrupt();
  const stop = new AbortController();
  void interrupt.signal.then((signal) => stop.abort(new Error(`Interrupted by ${signal}`)));
  const found = await investigation(stop.signal, json ? () => {} : factPrinter(terminal));
  interrupt.stop();
  if (json) terminal.line(JSON.stringify({ Facts: found.facts, Left: found.left }, undefined, 2));
  else printResult(found, terminal);
  const { facts, left } = found;
  const isComplete = facts.length === questions && facts.every(({ Answer }) => Answer !== undefined);
  return isComplete && left.length === 0 ? 0 : 1;
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
