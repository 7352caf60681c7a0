/**
 * The doctor: what stacks have left behind. Runs on a person's machine with that person's credentials, or against the
 * sandbox where AWS_ENDPOINT_URL_SAGEMAKER and AWS_ENDPOINT_URL_CLOUDFORMATION say so. Built into `dist/doctor/main.cjs`,
 * the package's `bin`.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CommanderError } from 'commander';
import { openTerminal } from '../sandbox/cli/terminal.ts';
import { sdkImageVersions } from './image-versions.ts';
import { createProgram, type ProgramDependencies } from './program.ts';
import { exitStatus, Refusal } from './refusal.ts';
import { readStacks } from './stacks.ts';

/** Accounts with many stacks are throttled. */
const patience = { maxAttempts: 5, retryMode: 'adaptive' } as const;

const connect: ProgramDependencies['connect'] = async (chosen) => {
  const configuration = { ...patience, ...(chosen !== undefined && { region: chosen }) };
  const sageMaker = new SageMakerClient(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  const Region = await sageMaker.config.region().catch((thrown: unknown) => {
    const message = 'No Region is given: name one with --region, or set AWS_REGION.';
    throw new Refusal(message, exitStatus.askedWrongly, thrown);
  });
  return {
    Region,
    imageVersions: sdkImageVersions(sageMaker, Region),
    readStacks: () => readStacks(cloudFormation, Region),
  };
};

async function main(): Promise<void> {
  // On Node.js 20 the SDK would warn on every start of what 2027 brings.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  // Whoever reads no further (`| head`) is no reason to fail.
  process.stdout.on('error', () => {});
  const program = createProgram({ terminal: openTerminal(process.stdout, process.env), now: Date.now, connect });
  try {
    process.exitCode = await program(process.argv.slice(2));
  } catch (error) {
    process.exitCode = tell(error);
  }
}

function tell(error: unknown): number {
  // Commander has written its message already; that of --help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.nothingFound : exitStatus.askedWrongly;
  if (!(error instanceof Refusal)) throw error;
  const { line, colours } = openTerminal(process.stderr, process.env);
  line(colours.red(error.message));
  return error.exitStatus;
}

void main();
