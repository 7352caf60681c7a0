/** `serve`: endpoints of CloudFormation and SageMaker for AWS's own tools, with the saved stacks and images. */
import { isOperating } from '../cloudformation/stack.ts';
import type { Endpoints, OpenSandbox } from '../sandbox.ts';
import { readTrialConditions } from './conditions.ts';
import { UsageError } from './errors.ts';
import { Interrupted } from './interrupt.ts';
import { readingCommand } from './next-steps.ts';
import type { OperationOptions } from './operate.ts';
import { otherFunction } from './option-values.ts';
import { quickSageMaker, withProviderSandbox } from './provider-sandbox.ts';
import { lockFolder, onceInATick, readStacks } from './state-folder.ts';
import type { Terminal } from './terminal.ts';
import { isOfStack } from './timeline/recording.ts';
import { countRepeated } from './watch.ts';

export interface ServeOptions extends Omit<OperationOptions, 'stackName' | 'json' | 'timeline'> {
  /** The port of SageMaker; CloudFormation has the next one. With 0, both are any free ports. */
  readonly port: number;
}

/** Serves until Ctrl-C. Saves every change at once. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { bundles, provider, state, port, seed } = options;
  const conditions = readTrialConditions(options);
  const sandboxed = { bundles, provider, seed, conditions, otherFunction: otherFunction(options) };
  const folder = lockFolder(state);
  const { line, colours } = terminal;
  const faultLines = countRepeated((description) => line(colours.yellow(`fault: ${description}`)));
  const serveUntilInterrupted = (sandbox: OpenSandbox) => {
    const save = () => folder.save(sandbox.snapshot());
    saveChanges(sandbox, save);
    // Others read from here what became of operations that were interrupted.
    save();
    folder.announce(sandbox.endpoints.cloudFormation);
    printUsage(sandbox.endpoints, terminal);
    return new Promise<never>(() => {});
  };
  const { snapshot, log: onLog } = folder;
  const ports = { sageMaker: port, cloudFormation: port === 0 ? 0 : port + 1 };
  const sandboxOptions = { ...sandboxed, snapshot, onLog, ports, onFault: faultLines.print };
  await withProviderSandbox(sandboxOptions, serveUntilInterrupted).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw explained(error);
    printInterruptedOperations(options, terminal);
  });
}

/** The operations end with this process. */
function printInterruptedOperations({ commandName, state }: ServeOptions, { line, prose }: Terminal): void {
  for (const { StackName: stackName, StackStatus } of readStacks(state).filter(isOperating)) {
    prose(`Stack ${stackName} was ${StackStatus}: this operation was interrupted. This command shows what you can do:`);
    line(`  ${readingCommand('show', { commandName, state, stackName })}`);
  }
}

function saveChanges({ cloudFormation, sageMaker }: OpenSandbox, save: () => void): void {
  const saveSoon = onceInATick(save);
  // Nobody learns that an operation has ended before it is saved.
  cloudFormation.onEvent((event) => (isOfStack(event) ? save() : saveSoon()));
  cloudFormation.onChange(save);
  sageMaker.intercept(async (operation, _input, next) => {
    const answer = await next();
    if (!/^(Describe|List)/.test(operation)) save();
    return answer;
  });
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error)) return error;
  const advice = 'Choose another one with --port, or any free one with --port 0.';
  return new UsageError(`Port ${error.port} is in use. ${advice}`, 1);
}

function printUsage({ sageMaker: url, cloudFormation }: Endpoints, { line, colours }: Terminal): void {
  const { Region } = quickSageMaker;
  line(colours.bold(`CloudFormation is at ${cloudFormation} until Ctrl-C,`));
  line(colours.bold(`and SageMaker at ${url}.`));
  // Version 1 of the AWS CLI and boto3 read only AWS_DEFAULT_REGION.
  line(`
AWS CLI
  export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox
  export AWS_REGION=${Region} AWS_DEFAULT_REGION=${Region}
  export AWS_ENDPOINT_URL_SAGEMAKER=${url} AWS_ENDPOINT_URL_CLOUDFORMATION=${cloudFormation}
  export AWS_ENDPOINT_URL_S3=${cloudFormation}
  aws cloudformation deploy --stack-name demo --template-file template.yaml
  aws cloudformation describe-stack-events --stack-name demo
  aws sagemaker list-images

boto3
  sagemaker = boto3.client('sagemaker', endpoint_url='${url}', region_name='${Region}',
                           aws_access_key_id='sandbox', aws_secret_access_key='sandbox')
  sagemaker.list_images()['Images']`);
}
