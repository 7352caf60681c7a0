import { CreateImageCommand, ListImagesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { newFolder, startCommand } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(60_000);

const { folder, remove } = newFolder();
const running = new Set<{ kill(signal: 'SIGKILL'): boolean }>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  remove();
});

test('serves the images that are kept, keeps every change, and ends with Ctrl-C', async () => {
  const first = await startServing();
  const role = 'arn:aws:iam::111122223333:role/demo';
  await first.client.send(new CreateImageCommand({ ImageName: 'demo', RoleArn: role }));
  // Not even a crash loses it.
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await startServing();
  const { Images } = await second.client.send(new ListImagesCommand());
  second.child.kill('SIGINT');

  expect(Images?.map(({ ImageName, ImageStatus }) => ({ ImageName, ImageStatus }))).toEqual([
    { ImageName: 'demo', ImageStatus: 'CREATED' },
  ]);
  expect(await second.ended).toMatchObject({ status: 0, stderr: '' });
});

async function startServing() {
  const { child, ended } = startCommand(['serve', '--port', '0'], folder);
  running.add(child);
  const output = await new Promise<string>((resolve) => {
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
      if (told.includes("list_images()['Images']\n")) resolve(told);
    });
    // It could not start: what it told says why.
    child.once('close', () => resolve(told));
  });
  const [endpoint = 'none'] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  return { child, ended, client: new SageMakerClient({ endpoint, region: 'eu-west-1', credentials }) };
}
