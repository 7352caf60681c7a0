import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateImageCommand,
  ListAliasesCommand,
  ListImagesCommand,
  SageMakerClient,
  waitUntilImageCreated,
} from '@aws-sdk/client-sagemaker';
import { folderWithProcesses, startServing } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(60_000);

const { folder, running } = folderWithProcesses();

test('serves the saved images, saves every change, and ends with Ctrl-C', async () => {
  const first = await serve();
  const role = 'arn:aws:iam::111122223333:role/demo';
  await first.client.send(new CreateImageCommand({ ImageName: 'demo', RoleArn: role }));
  // Not even a crash loses it.
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await serve();
  await waitUntilImageCreated({ client: second.client, minDelay: 1, maxWaitTime: 30 }, { ImageName: 'demo' });
  const { Images } = await second.client.send(new ListImagesCommand());
  const { StackSummaries } = await second.stacks.send(new ListStacksCommand());
  second.child.kill('SIGINT');

  expect(Images?.map(({ ImageName, ImageStatus }) => ({ ImageName, ImageStatus }))).toEqual([
    { ImageName: 'demo', ImageStatus: 'CREATED' },
  ]);
  expect(StackSummaries).toEqual([]);
  expect(await second.ended).toMatchObject({ status: 0, stderr: '' });
});

test('serves with faults and switches, and prints every fault', async () => {
  const { client, child, ended } = await serve('--fault', 'throttle=1', '--switch', 'caseOfArns=lowered');
  const role = 'arn:aws:iam::111122223333:role/demo';

  const { ImageArn } = await client.send(new CreateImageCommand({ ImageName: 'Other', RoleArn: role }));
  const first = await client.send(new ListAliasesCommand({ ImageName: 'Other' })).catch(({ name }: Error) => name);
  const second = await client.send(new ListAliasesCommand({ ImageName: 'Other' }));
  child.kill('SIGINT');

  expect(ImageArn).toBe('arn:aws:sagemaker:eu-west-1:111122223333:image/other');
  expect(first).toBe('ThrottlingException');
  expect(second).toMatchObject({ SageMakerImageVersionAliases: [] });
  const { status, stdout, stderr } = await ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('\n  export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1\n');
  expect(stdout.split('\n').at(-2)).toBe('fault: throttle (ListAliases)');
});

async function serve(...args: readonly string[]) {
  const { child, ended, endpoints } = await startServing(folder, args);
  running.add(child);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const options = { region: 'eu-west-1', credentials, maxAttempts: 1 };
  return {
    child,
    ended,
    client: new SageMakerClient({ ...options, endpoint: endpoints.sageMaker }),
    stacks: new CloudFormationClient({ ...options, endpoint: endpoints.cloudFormation }),
  };
}
