import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ListStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateImageCommand,
  ListAliasesCommand,
  ListImagesCommand,
  SageMakerClient,
  waitUntilImageCreated,
} from '@aws-sdk/client-sagemaker';
import {
  eventLines,
  flat,
  folderWithProcesses,
  runCommand,
  runInProcess,
  startCommand,
  startServing,
} from './command-line.ts';

const { folder, running } = folderWithProcesses();

test('serves the saved images, stacks and change sets, saves every change, and ends with Ctrl-C', async () => {
  const first = await serve();
  const role = 'arn:aws:iam::111122223333:role/demo';
  await first.client.send(new CreateImageCommand({ ImageName: 'demo', RoleArn: role }));
  const changeSet = { StackName: 'reviewed', ChangeSetName: 'first' };
  const Template = { TemplateBody: templateNamed('a'), ChangeSetType: 'CREATE' } as const;
  await first.stacks.send(new CreateChangeSetCommand({ ...changeSet, ...Template }));
  const protection = { StackName: 'reviewed', EnableTerminationProtection: true };
  await first.stacks.send(new UpdateTerminationProtectionCommand(protection));
  // Not even a crash loses them.
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await serve();
  await waitUntilImageCreated({ client: second.client, minDelay: 1, maxWaitTime: 200 }, { ImageName: 'demo' });
  const { Images } = await second.client.send(new ListImagesCommand());
  const { StackSummaries } = await second.stacks.send(new ListStacksCommand());
  const { Stacks } = await second.stacks.send(new DescribeStacksCommand({ StackName: 'reviewed' }));
  const { ExecutionStatus } = await second.stacks.send(new DescribeChangeSetCommand(changeSet));
  second.child.kill('SIGINT');

  expect(Images?.map(({ ImageName, ImageStatus }) => ({ ImageName, ImageStatus }))).toEqual([
    { ImageName: 'demo', ImageStatus: 'CREATED' },
  ]);
  // And the stack that the provider is deployed as.
  expect(StackSummaries?.map(({ StackName }) => StackName)).toEqual(['provider', 'reviewed']);
  expect(Stacks).toMatchObject([{ EnableTerminationProtection: true }]);
  expect(ExecutionStatus).toBe('AVAILABLE');
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

const silent = join(folder, 'silent.cjs');
writeFileSync(silent, 'exports.handler = async () => {};');
const StackName = 'mine';
const image = {
  Type: 'AWS::SageMaker::Image',
  Properties: { ImageName: 'mine', ImageRoleArn: 'arn:aws:iam::111122223333:role/mine' },
};
const templateFile = join(folder, 'mine.json');

/** Its physical id is Name. It answers a Delete only if there is a file `deletes`. */
const byName = join(folder, 'by-name.cjs');
writeFileSync(
  byName,
  `const { existsSync } = require('node:fs');
exports.handler = async ({ RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, ...request }) => {
  if (RequestType === 'Delete' && !existsSync(${JSON.stringify(join(folder, 'deletes'))})) return;
  const PhysicalResourceId = RequestType === 'Delete' ? request.PhysicalResourceId : request.ResourceProperties.Name;
  const answer = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
};`,
);
const templateNamed = (Name: string) => {
  const Properties = { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:own', Name };
  return JSON.stringify({ Resources: { Own: { Type: 'Custom::Own', Properties } } });
};

/** A template with an image, and with a custom resource of `--handler` if `Handled`. */
function writeTemplate(Handled: boolean, Description: string): string {
  const Properties = { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:own' };
  const Own = Handled ? { Own: { Type: 'Custom::Own', Properties } } : {};
  const TemplateBody = JSON.stringify({
    Resources: { Image: image, ...Own },
    Outputs: { O: { Value: Description } },
  });
  writeFileSync(templateFile, TemplateBody);
  return TemplateBody;
}

test('deploys through the API, saves it at once, and lets the own commands in', async () => {
  const first = await serve();
  await first.stacks.send(new CreateStackCommand({ StackName, TemplateBody: writeTemplate(false, 'one') }));
  await waitUntilStackCreateComplete({ client: first.stacks, minDelay: 1, maxWaitTime: 200 }, { StackName });
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await serve();
  writeTemplate(false, 'two');
  const deployed = await runCommand(['deploy', '--stack-name', StackName, '--template', templateFile], folder);
  const refused = await runCommand(['delete', '--stack-name', StackName, '--fault', 'throttle'], folder);
  const { Stacks = [] } = await second.stacks.send(new DescribeStacksCommand({ StackName }));
  const deleted = await runCommand(['delete', '--stack-name', StackName, '--json'], folder);
  second.child.kill('SIGINT');

  expect(deployed).toMatchObject({ status: 0, stderr: '' });
  expect(deployed.stdout).toContain('mine          UPDATE_COMPLETE');
  expect(deployed.stdout).toContain(
    `The operation ran in process ${second.child.pid}, which serves this state folder.`,
  );
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('does not see --fault.') });
  expect(Stacks[0]?.Outputs).toMatchObject([{ OutputValue: 'two' }]);
  expect(JSON.parse(deleted.stdout)).toMatchObject({ StackName, StackStatus: 'DELETE_COMPLETE' });
  expect(await second.ended).toMatchObject({ status: 0, stderr: '' });
});

test('an operation can be watched while it runs, and has failed if its process was killed', async () => {
  const first = await serve('--handler', silent);
  await first.stacks.send(new CreateStackCommand({ StackName, TemplateBody: writeTemplate(true, 'one') }));
  const watched = await eventsUntil('Image CREATE_COMPLETE');
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await serve();
  const { Stacks = [] } = await second.stacks.send(new DescribeStacksCommand({ StackName }));
  second.child.kill('SIGINT');

  expect(watched).toContain('Own CREATE_IN_PROGRESS');
  expect(watched).not.toContain('Own CREATE_COMPLETE');
  expect(Stacks[0]).toMatchObject({
    StackStatus: 'CREATE_FAILED',
    StackStatusReason: 'The sandbox was stopped during this operation.',
  });
  await second.ended;
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'an own command ends if serve gets %s during its operation',
  async (signal) => {
    const { child, ended } = await serve('--handler', silent);
    writeFileSync(templateFile, templateNamed('one'));
    const args = ['--stack-name', signal, '--template', templateFile];
    const deployed = runCommand(['deploy', ...args], folder);
    await eventsUntil('Own CREATE_IN_PROGRESS', signal);
    child.kill(signal);
    await ended;

    const { status, stdout } = await deployed;
    const shown = await runCommand(['show', '--stack-name', signal], folder);
    const deleted = await runCommand(['delete', '--stack-name', signal, '--json'], folder);

    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      `The operation ran in process ${child.pid}, which ended during the operation. ` +
        `✗ Stack ${signal} is CREATE_FAILED: The sandbox was stopped during this operation. `,
    );
    expect(stdout).toContain(
      `    npm run sandbox -- update --stack-name ${signal} --template ${templateFile} --disable-rollback\n`,
    );
    expect(shown.stdout).toContain(`${signal}  CREATE_FAILED\n  The sandbox was stopped during this operation.\n`);
    expect(JSON.parse(deleted.stdout)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  },
);

test('an own command that is interrupted says that serve goes on, and serve says what it leaves', async () => {
  const { child, ended } = await serve('--handler', silent);
  writeFileSync(templateFile, templateNamed('one'));
  const { child: client, ended: interrupted } = startCommand(
    ['deploy', '--stack-name', 'goes-on', '--template', templateFile],
    folder,
  );
  running.add(client);
  await eventsUntil('Own CREATE_IN_PROGRESS', 'goes-on');

  client.kill('SIGINT');
  const { status, stderr } = await interrupted;
  const [printed = ''] = commandsIn(stderr);
  const watched = await runCommand(printed.split(' '), folder);
  child.kill('SIGINT');
  const left = commandsIn((await ended).stdout);
  const shown = await runCommand((left[0] ?? '').split(' '), folder);
  const [updating = '', deleting = ''] = commandsIn(shown.stdout);
  const deleted = await runCommand(deleting.split(' '), folder);

  expect(status).toBe(130);
  expect(stderr).toBe(
    `\nInterrupted by SIGINT. Process ${child.pid} goes on with the operation: stack goes-on is CREATE_IN_PROGRESS. ` +
      'Watch it:\n  npm run sandbox -- events --stack-name goes-on\n',
  );
  expect(watched.stdout).toContain('Own           CREATE_IN_PROGRESS');
  expect(left).toEqual(['show --stack-name goes-on']);
  // The template came through the API, so no file has it.
  expect(updating).toBe('update --stack-name goes-on --use-previous-template --disable-rollback');
  expect(deleted).toMatchObject({ status: 0, stderr: '' });
});

test('after an interrupted clean-up, the printed command deletes what was replaced', async () => {
  const first = await serve('--handler', byName);
  await first.stacks.send(new CreateStackCommand({ StackName: 'left', TemplateBody: templateNamed('a') }));
  await waitUntilStackCreateComplete({ client: first.stacks, minDelay: 1, maxWaitTime: 200 }, { StackName: 'left' });
  await first.stacks.send(new UpdateStackCommand({ StackName: 'left', TemplateBody: templateNamed('b') }));
  await eventsUntil('left UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'left');
  first.child.kill('SIGINT');
  await first.ended;
  writeFileSync(join(folder, 'deletes'), '');

  const shown = await runCommand(['show', '--stack-name', 'left'], folder);
  const [printed = ''] = commandsIn(shown.stdout);
  const updated = await runCommand([...printed.split(' '), '--handler', byName], folder);
  const again = await runCommand(['show', '--stack-name', 'left'], folder);

  expect(flat(shown.stdout)).toContain('left UPDATE_COMPLETE The sandbox was stopped during the clean-up. ');
  expect(printed).toBe('update --stack-name left --use-previous-template');
  expect(updated).toMatchObject({ status: 0, stderr: '' });
  expect(updated.stdout).toMatch(/^ {2}What an earlier clean-up has left is deleted\.\n/);
  expect(eventLines(updated.stdout)).toEqual([
    'left UPDATE_IN_PROGRESS User Initiated',
    'left UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Own DELETE_IN_PROGRESS',
    'Own DELETE_COMPLETE',
    'left UPDATE_COMPLETE',
  ]);
  expect(commandsIn(again.stdout)).toEqual([]);
});

test('an own command without serve can be watched, too', async () => {
  writeTemplate(true, 'one');
  const args = ['deploy', '--stack-name', 'own', '--template', templateFile, '--handler', silent];
  const { child, ended } = startCommand(args, folder);
  running.add(child);

  const watched = await eventsUntil('Own CREATE_IN_PROGRESS', 'own');
  child.kill('SIGINT');
  await ended;
  const { stderr } = await runCommand(['events', '--stack-name', 'own'], folder);

  expect(watched).toContain('own CREATE_IN_PROGRESS');
  // An operation that is interrupted is not saved.
  expect(stderr).toContain('There is no stack own');
});

/** The commands that an output prints, without what npm needs. */
function commandsIn(output: string): readonly string[] {
  return [...output.matchAll(/^ +npm run sandbox -- (.*)$/gm)].map(([, command = '']) => command);
}

/** What `events` prints, as "Id STATUS" lines, as soon as this line is among them. */
async function eventsUntil(line: string, stack = StackName): Promise<readonly string[]> {
  for (;;) {
    const { stdout } = await runInProcess(['events', '--stack-name', stack, '--state', join(folder, '.sandbox')]);
    const lines = stdout.split('\n').map((each) => each.split(/\s+/).slice(3, 5).join(' '));
    if (lines.includes(line)) return lines;
    await sleep(50);
  }
}

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
