// Every command in README.md that needs no AWS account runs in a test: here, or as noted below.
import { readFileSync } from 'node:fs';
import { ListAliasesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { shellLinesIn } from '../docs/markdown.ts';
import { eventLines, flat, folderWithProcesses, runCommand, startServing } from './command-line.ts';

const { folder, running } = folderWithProcesses();

const readme = readFileSync('README.md', 'utf8');
const lines = shellLinesIn(readme);
const sandboxCommand = /^npm run sandbox -- (.*)$/;
const listAliases = /^aws sagemaker list-aliases --image-name (\S+) --endpoint-url http:\/\/127\.0\.0\.1:(\d+)$/;

/** Run by `.ci/run`, in the same words: the parts of a line with `&&` each for itself. */
const inCi = ['npm ci && npm start', 'npm cit', 'npm ci', 'npm run release', 'sam build'];
const needsAnAccount = ['sam deploy'];
const release = 'dist/release/sagemaker-image-version-provider.template.json';

/** `test/aws-cli` runs these with other values. */
const inAwsCli = [
  `aws cloudformation deploy --stack-name sagemaker-image-version-provider --template-file ${release} --s3-bucket NAME --capabilities CAPABILITY_IAM --parameter-overrides 'ImageNamePattern=*'`,
  'aws cloudformation describe-stack-events --stack-name try --endpoint-url http://127.0.0.1:4601',
  'aws cloudformation deploy --stack-name try --template-file examples/quick-start.yaml --endpoint-url http://127.0.0.1:4601',
];

/** What the test's own client is given. */
const settings = [
  'export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1',
];

test('README.md has no command that nobody runs', () => {
  const known = [...inCi, ...inAwsCli, ...needsAnAccount, ...settings];

  const unknown = lines.filter(
    (line) => !known.includes(line) && !sandboxCommand.test(line) && !listAliases.test(line),
  );

  expect(unknown).toEqual([]);
});

test.each(inCi.flatMap((line) => line.split(' && ')))('.ci/run runs %s', (command) => {
  // `npm cit` is `npm ci`, then `npm test`.
  const words = command === 'npm ci' ? 'npm cit' : command;

  // What begins with `later` runs beside other steps.
  const inScript = readFileSync('.ci/run', 'utf8')
    .replaceAll(/^later \w+ /gm, '')
    .split('\n');
  expect(inScript).toContain(words);
});

test("README.md's commands for the sandbox do, one after the other, what they say", async () => {
  const served: (readonly string[] | undefined)[] = [];
  const badDays: string[] = [];
  const outputs: string[] = [];

  for (const [index, line] of lines.entries()) {
    const [, command] = sandboxCommand.exec(line) ?? [];
    if (command?.startsWith('serve')) {
      const [, ImageName, port] =
        listAliases.exec(lines.slice(index).find((later) => listAliases.test(later)) ?? '') ?? [];
      expect(command).toBe(`serve --port ${port}`);
      served.push(await aliasesServed(ImageName));
    } else if (command !== undefined) {
      const args = [...command.split(' ').map((word) => word.replace(/^examples\//, `${process.cwd()}/examples/`))];
      const { status, stdout, stderr } = await runCommand(args, folder);
      const isBadDay = command.includes('--fault create-failed');
      expect({ status, stderr }).toEqual({ status: isBadDay ? 1 : 0, stderr: '' });
      if (isBadDay) badDays.push(stdout);
      outputs.push(flat(stdout));
    }
  }

  expect(served).toEqual([expect.arrayContaining(['latest', '1.3', '1.5'])]);
  // README.md quotes the second command, whose times differ from run to run.
  const [, plan = 'no plan'] = /^```\n( {2}Change .*?)\n\n/ms.exec(readme) ?? [];
  expect(outputs[1]).toContain(flat(plan));
  const [badDay = ''] = badDays;
  expect(eventLines(badDay).filter((line) => line === 'fault throttle (DescribeImageVersion)')).toHaveLength(4);
  expect(eventLines(badDay)).toContain('Stable UPDATE_FAILED');
  expect(flat(badDay)).toContain('The timeline is in .sandbox/rollback.svg. ✗ Stack try is UPDATE_ROLLBACK_COMPLETE');
});

/** What the AWS CLI would print, but on a free port. */
async function aliasesServed(ImageName: string | undefined) {
  const { child, ended, endpoints } = await startServing(folder);
  running.add(child);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SageMakerClient({ endpoint: endpoints.sageMaker, region: 'eu-west-1', credentials });
  const { SageMakerImageVersionAliases } = await client.send(new ListAliasesCommand({ ImageName }));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 0, stderr: '' });
  return SageMakerImageVersionAliases;
}
