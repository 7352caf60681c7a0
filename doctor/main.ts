/**
 * The entry of the doctor, which finds what stacks have left behind. It runs with the user's credentials, or against the
 * sandbox with AWS_ENDPOINT_URL_SAGEMAKER and AWS_ENDPOINT_URL_CLOUDFORMATION. Built into `dist/doctor/main.cjs`, the
 * `bin` of the package.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CommanderError } from 'commander';
import { openTerminal } from '../sandbox/cli/terminal.ts';
import { readDeployedStack } from './deployed-stack.ts';
import { DoctorError, exitStatus } from './errors.ts';
import { sdkImageVersions } from './image-versions.ts';
import { createProgram, type ProgramDependencies } from './program.ts';
import { readEvents, readStacks } from './stacks.ts';
import { readStudio } from './studio.ts';

/** AWS throttles the calls for an account with many stacks. */
const retrying = { maxAttempts: 5, retryMode: 'adaptive' } as const;

const connect: ProgramDependencies['connect'] = async (chosen) => {
  const configuration = { ...retrying, ...(chosen !== undefined && { region: chosen }) };
  const sageMaker = new SageMakerClient(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  const Region = await sageMaker.config.region().catch((thrown: unknown) => {
    const message = 'No Region is given: name one with --region, or set AWS_REGION.';
    throw new DoctorError(message, exitStatus.wrongUsage, thrown);
  });
  return {
    Region,
    imageVersions: sdkImageVersions(sageMaker, Region),
    readStudio: () => readStudio(sageMaker, Region),
    readDeployedStack: (StackName) => readDeployedStack(cloudFormation, Region, StackName),
    readStacks: () => readStacks(cloudFormation, Region),
    readEvents: (StackId) => readEvents(cloudFormation, Region, StackId),
  };
};

async function main(): Promise<void> {
  // On Node.js 20, the SDK would print on every start that it needs a newer version from 2027 on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  // A reader that stops early (`| head`) is not an error.
  process.stdout.on('error', () => {});
  const program = createProgram({ terminal: openTerminal(process.stdout, process.env), now: Date.now, connect });
  try {
    process.exitCode = await program(process.argv.slice(2));
  } catch (error) {
    process.exitCode = printError(error);
  }
}

function printError(error: unknown): number {
  // Commander has already printed its message; --help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.nothingFound : exitStatus.wrongUsage;
  if (!(error instanceof DoctorError)) throw error;
  const { line, colours } = openTerminal(process.stderr, process.env);
  line(colours.red(error.message));
  return error.exitStatus;
}

void main();
