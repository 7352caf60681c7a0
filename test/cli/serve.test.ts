import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateImageCommand, ListImagesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { newFolder, startServing } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(60_000);

const { folder, remove } = newFolder();
const running = new Set<{ kill(signal: 'SIGKILL'): boolean }>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  remove();
});

test('serves the images that are kept, keeps every change, and ends with Ctrl-C', async () => {
  const first = await serve();
  const role = 'arn:aws:iam::111122223333:role/demo';
  await first.client.send(new CreateImageCommand({ ImageName: 'demo', RoleArn: role }));
  // Not even a crash loses it.
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await serve();
  const { Images } = await second.client.send(new ListImagesCommand());
  const { StackSummaries } = await second.stacks.send(new ListStacksCommand());
  second.child.kill('SIGINT');

  expect(Images?.map(({ ImageName, ImageStatus }) => ({ ImageName, ImageStatus }))).toEqual([
    { ImageName: 'demo', ImageStatus: 'CREATED' },
  ]);
  expect(StackSummaries).toEqual([]);
  expect(await second.ended).toMatchObject({ status: 0, stderr: '' });
});

async function serve() {
  const { child, ended, endpoints } = await startServing(folder);
  running.add(child);
  const options = { region: 'eu-west-1', credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } };
  return {
    child,
    ended,
    client: new SageMakerClient({ ...options, endpoint: endpoints.sageMaker }),
    stacks: new CloudFormationClient({ ...options, endpoint: endpoints.cloudFormation }),
  };
}
