/** `serve`: endpoints of SageMaker and CloudFormation (read-only) with the saved stacks and images. */

import { realClock } from '../clock.ts';
import { listenCloudFormation } from '../cloudformation/server.ts';
import { findStack } from '../cloudformation/stack.ts';
import { FaultInjector } from '../faults/fault-injector.ts';
import { randomUuid, seededRandom } from '../random.ts';
import { createSageMaker } from '../sagemaker/sagemaker.ts';
import { listenSageMaker } from '../sagemaker/server.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';
import type { Endpoints } from '../sandbox.ts';
import { type ConditionOptions, readTrialConditions } from './conditions.ts';
import { UsageError } from './errors.ts';
import { type AskedFault, faultDescription } from './faults.ts';
import { listenForInterrupt } from './interrupt.ts';
import { quickSageMaker } from './provider-sandbox.ts';
import { lockFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';

export interface ServeOptions extends ConditionOptions {
  readonly state: string;
  /** The port of SageMaker; CloudFormation has the next one. With 0, both are any free ports. */
  readonly port: number;
  readonly seed: number;
}

/** Serves until Ctrl-C. Saves every change at once. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { state, port, seed } = options;
  const { faults, switches } = readTrialConditions(options, 'serve');
  const folder = lockFolder(state);
  const { cloudFormation = { stacks: [] }, sageMaker: snapshot } = folder.snapshot ?? {};
  const random = seededRandom(seed);
  const { line, colours } = terminal;
  const onFault = (fault: AskedFault, what: string) => line(colours.yellow(`fault: ${faultDescription(fault, what)}`));
  const newRequestId = () => randomUuid(random);
  const faultInjector = new FaultInjector({ clock: realClock, random, newRequestId, onFault }, faults);
  const settings = {
    ...quickSageMaker,
    switches: switches.sageMaker,
    failures: faultInjector.failures,
    staleness: faultInjector.staleness,
  };
  const sageMaker = createSageMaker(sageMakerSettings(settings), {
    clock: realClock,
    random,
    ...(snapshot && { snapshot }),
  });
  sageMaker.intercept(async (operation, _input, next) => {
    const answer = await next();
    if (!/^(Describe|List)/.test(operation)) folder.save({ cloudFormation, sageMaker: sageMaker.snapshot() });
    return answer;
  });
  sageMaker.intercept(faultInjector.interceptor);
  const interrupt = listenForInterrupt();
  const { stacks } = cloudFormation;
  const reader = { listStacks: () => stacks, findStack: (nameOrId: string) => findStack(stacks, nameOrId) };
  const next = port === 0 ? 0 : port + 1;
  const sageMakerServer = await listenSageMaker(sageMaker, { port }).catch(explainPort(port));
  const stacksServer = await listenCloudFormation(reader, { random, port: next }).catch(explainPort(next));
  printUsage({ sageMaker: sageMakerServer.url, cloudFormation: stacksServer.url }, terminal);
  await interrupt.signal;
  await Promise.all([sageMakerServer.close(), stacksServer.close()]);
}

function explainPort(port: number): (error: Error) => never {
  return (error) => {
    if (!('code' in error) || error.code !== 'EADDRINUSE') throw error;
    throw new UsageError(`Port ${port} is in use. Choose another one with --port, or any free one with --port 0.`, 1);
  };
}

function printUsage({ sageMaker: url, cloudFormation }: Endpoints, { line, colours }: Terminal): void {
  const { Region } = quickSageMaker;
  line(colours.bold(`SageMaker is at ${url} until Ctrl-C,`));
  line(colours.bold(`and CloudFormation, read-only, at ${cloudFormation}.`));
  // Version 1 of the AWS CLI and boto3 read only AWS_DEFAULT_REGION.
  line(`
AWS CLI
  export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox
  export AWS_REGION=${Region} AWS_DEFAULT_REGION=${Region}
  export AWS_ENDPOINT_URL_SAGEMAKER=${url} AWS_ENDPOINT_URL_CLOUDFORMATION=${cloudFormation}
  aws sagemaker create-image --image-name demo --role-arn arn:aws:iam::111122223333:role/demo
  aws sagemaker list-images
  aws cloudformation list-stacks

boto3
  sagemaker = boto3.client('sagemaker', endpoint_url='${url}', region_name='${Region}',
                           aws_access_key_id='sandbox', aws_secret_access_key='sandbox')
  sagemaker.list_images()['Images']`);
}
