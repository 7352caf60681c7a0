// AWS's own tools carry out the whole life of a stack in the sandbox, unchanged.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../cli/command-line.ts';
import { stackOf, version, versions } from '../support/stacks.ts';
import { openAccount } from './account.ts';

// `aws cloudformation deploy` looks every 30 seconds, and SAM takes seconds to start.
jest.setTimeout(600_000);

const { folder, remove } = newFolder();
afterAll(remove);

const only = (tag: string, attributes: object) =>
  version({ BaseImage: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}`, Alias: 'latest', ...attributes });

/** Each resolves when the operation has ended, with what the tool has printed. */
interface Tool {
  create(file: string): Promise<string>;
  update(file: string): Promise<string>;
  updateWithoutRollback(file: string): Promise<string>;
  rollback(): Promise<string>;
  remove(): Promise<string>;
}

/** An account with a folder for templates. Each test has its own, because the tests run beside each other. */
async function openWorkplace() {
  const account = await openAccount();
  const own = mkdtempSync(join(folder, 'test-'));
  const ended = async (program: string, ...args: readonly string[]) => {
    const { stdout, stderr } = await account.run(program, args);
    return stdout + stderr;
  };
  const sam = (command: string) => ended('sam', ...command.split(' '));
  return {
    account,
    folder: own,
    /** Writes a template with one image version, and with `more` sections. */
    templateFile(tag: string, attributes: object, more: object = {}): string {
      const file = join(own, 'template.json');
      const { Resources, ...rest } = JSON.parse(stackOf({ Only: only(tag, attributes) }).templateText);
      writeFileSync(file, JSON.stringify({ ...rest, ...more, Resources }));
      return file;
    },
    python: (operation: string, ...rest: readonly string[]) =>
      ended('python', 'test/aws-cli/deploy.py', operation, 's', ...rest),
    cloudFormation: (words: string) => account.aws(['cloudformation', ...words.split(' ')]),
    sam,
    samDeploy: (file: string, more = '') =>
      sam(`deploy --template-file ${file} --stack-name s --region eu-west-1 --no-confirm-changeset${more}`),
    /** The stack's status and the image versions, after `operation` and with what it has printed if that is not as expected. */
    async after(operation: Promise<string>) {
      const printed = await operation;
      const stack = account.cloudFormation.listStacks().findLast(({ StackName }) => StackName === 's');
      return { status: stack?.StackStatus, versions: versions(account), printed };
    },
  };
}

type Workplace = Awaited<ReturnType<typeof openWorkplace>>;

/** A test in a workplace of its own. */
const at = (work: (workplace: Workplace) => Promise<void>) => async () => {
  const workplace = await openWorkplace();
  await work(workplace).finally(() => workplace.account.close());
};

const waitFor = (status: string) => `wait stack-${status}-complete --stack-name s`;

const tools: Readonly<Record<string, (workplace: Workplace) => Tool>> = {
  'the AWS CLI': ({ cloudFormation }) => ({
    create: (file) => cloudFormation(`deploy --stack-name s --template-file ${file}`),
    update: async (file) => {
      const name = `c${Date.now()}`;
      await cloudFormation(`create-change-set --stack-name s --change-set-name ${name} --template-body file://${file}`);
      await cloudFormation(`wait change-set-create-complete --stack-name s --change-set-name ${name}`);
      const changes = await cloudFormation(`describe-change-set --stack-name s --change-set-name ${name}`);
      await cloudFormation(`execute-change-set --stack-name s --change-set-name ${name}`);
      return changes;
    },
    updateWithoutRollback: (file) =>
      cloudFormation(`update-stack --stack-name s --template-body file://${file} --disable-rollback`),
    rollback: async () => {
      await cloudFormation('rollback-stack --stack-name s');
      return cloudFormation(waitFor('rollback'));
    },
    remove: async () => {
      await cloudFormation('delete-stack --stack-name s');
      return cloudFormation(waitFor('delete'));
    },
  }),
  boto3: ({ python }) => ({
    create: (file) => python('create', file),
    update: (file) => python('update', file),
    updateWithoutRollback: (file) => python('update_without_rollback', file),
    rollback: () => python('rollback'),
    remove: () => python('delete'),
  }),
  'the SAM CLI': ({ cloudFormation, sam, samDeploy }) => ({
    create: (file) => samDeploy(file),
    update: (file) => samDeploy(file, ' --s3-bucket artifacts'),
    updateWithoutRollback: (file) => samDeploy(file, ' --disable-rollback'),
    // SAM has no command for it.
    rollback: () => cloudFormation('rollback-stack --stack-name s'),
    remove: () => sam('delete --stack-name s --region eu-west-1 --no-prompts'),
  }),
};

test.concurrent.each(Object.entries(tools))('%s creates, updates, replaces, rolls back and deletes', (_name, toolIn) =>
  at(async (workplace) => {
    const { templateFile, after } = workplace;
    const tool = toolIn(workplace);
    const printed = expect.anything();
    const serverless = { Transform: 'AWS::Serverless-2016-10-31' };
    const invalid = { JobType: 'WRONG' };

    expect(await after(tool.create(templateFile('1', { ReleaseNotes: 'first' }, serverless)))).toEqual({
      ...{ status: 'CREATE_COMPLETE', versions: ['studio/1 1 CREATED latest'], printed },
    });
    expect(await after(tool.update(templateFile('1', { ReleaseNotes: 'second' }, serverless)))).toEqual({
      ...{ status: 'UPDATE_COMPLETE', versions: ['studio/1 1 CREATED latest'], printed },
    });
    expect(await after(tool.update(templateFile('2', { ReleaseNotes: 'second' }, serverless)))).toEqual({
      ...{ status: 'UPDATE_COMPLETE', versions: ['studio/2 2 CREATED latest'], printed },
    });
    expect(await after(tool.update(templateFile('2', invalid, serverless)))).toEqual({
      ...{ status: 'UPDATE_ROLLBACK_COMPLETE', versions: ['studio/2 2 CREATED latest'], printed },
    });
    expect(await after(tool.updateWithoutRollback(templateFile('2', invalid, serverless)))).toEqual({
      ...{ status: 'UPDATE_FAILED', versions: ['studio/2 2 CREATED latest'], printed },
    });
    expect(await after(tool.rollback())).toEqual({
      ...{ status: 'UPDATE_ROLLBACK_COMPLETE', versions: ['studio/2 2 CREATED latest'], printed },
    });
    expect(await after(tool.remove())).toEqual({ ...{ status: 'DELETE_COMPLETE', versions: [], printed } });
  })(),
);

test.concurrent(
  'a second terminal watches a deployment while it runs',
  at(async ({ account, templateFile }) => {
    const { reached, release } = account.hold('CreateImageVersion');
    const deployment = account.run('python', ['test/aws-cli/deploy.py', 'create', 's', templateFile('1', {})]);
    await reached;

    const { stdout } = await account.run('aws', ['cloudformation', 'describe-stack-events', '--stack-name', 's']);
    release();

    const { StackEvents } = JSON.parse(stdout);
    expect(
      StackEvents.map(({ LogicalResourceId, ResourceStatus }: Record<string, string>) =>
        [LogicalResourceId, ResourceStatus].join(' '),
      ),
    ).toEqual(expect.arrayContaining(['Only CREATE_IN_PROGRESS', 's CREATE_IN_PROGRESS']));
    expect(await deployment).toMatchObject({ stdout: 'succeeded\n' });
  }),
);

test.concurrent(
  'the AWS CLI finds that a template has no changes',
  at(async ({ cloudFormation, python, templateFile }) => {
    const file = templateFile('1', {});
    await python('create', file);

    expect(
      await cloudFormation(`deploy --stack-name s --template-file ${file} --no-fail-on-empty-changeset`),
    ).toContain('No changes to deploy. Stack s is up to date');
  }),
);

test.concurrent(
  'the AWS CLI deploys a template that it uploads to S3',
  at(async ({ cloudFormation, python, templateFile }) => {
    const file = templateFile('1', {});
    await python('create', file);
    const changed = templateFile('1', { ReleaseNotes: 'changed' });

    expect(
      await cloudFormation(
        `deploy --stack-name s --template-file ${changed} --s3-bucket artifacts --no-execute-changeset`,
      ),
    ).toContain('Changeset created successfully');
  }),
);

test.concurrent(
  'SAM packages a template, and deploys what it has packaged',
  at(async ({ after, folder: own, sam, samDeploy, templateFile }) => {
    const sources = join(own, 'function');
    mkdirSync(sources);
    writeFileSync(join(sources, 'index.js'), 'exports.handler = async () => {};');
    const file = templateFile(
      '1',
      {},
      {
        Transform: 'AWS::Serverless-2016-10-31',
      },
    );
    const template = JSON.parse(stackOf({ Only: only('1', {}) }).templateText);
    template.Transform = 'AWS::Serverless-2016-10-31';
    template.Resources.Function = {
      Type: 'AWS::Serverless::Function',
      Properties: { CodeUri: './function', Handler: 'index.handler', Runtime: 'nodejs22.x' },
    };
    writeFileSync(file, JSON.stringify(template));
    const packaged = join(own, 'packaged.yaml');

    await sam(
      `package --template-file ${file} --s3-bucket artifacts --output-template-file ${packaged} --region eu-west-1`,
    );
    const refused = await samDeploy(packaged);
    const { status } = await after(samDeploy(packaged, ' --capabilities CAPABILITY_IAM'));

    expect(refused).toContain('Requires capabilities : [CAPABILITY_IAM]');
    expect(status).toBe('CREATE_COMPLETE');
  }),
);
