// Types that the sandbox does not simulate, on the command line.
import { writeFileSync } from 'node:fs';
import { flat, runInProcess, workInNewFolder } from './command-line.ts';

workInNewFolder();

const template = (DelaySeconds: number) => `Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: ${DelaySeconds}}}
Outputs:
  Topic: {Value: !Ref Topic}
  Queue: {Value: !GetAtt Queue.Arn}
`;
const command = (words: string) => runInProcess(`${words} --stack-name app`.split(' '));

test('A template with other types is refused, and names the options that let them stand in', async () => {
  writeFileSync('app.yaml', template(1));

  const { status, stderr } = await command('deploy --template app.yaml');

  expect(status).toBe(2);
  expect(flat(stderr)).toContain(
    'app.yaml:2:3: These types are not simulated here: AWS::SNS::Topic (Topic in line 2), AWS::SQS::Queue (Queue in ' +
      "line 3). Add --stub AWS::SNS::Topic --stub AWS::SQS::Queue, or --stub '*' for every type",
  );
});

test('The types stand in on request, with a warning, and the next commands need no option', async () => {
  writeFileSync('app.yaml', template(1));
  const deployed = await command('deploy --template app.yaml --stub AWS::SNS::Topic --stub AWS::SQS::Queue');
  writeFileSync('app.yaml', template(2));
  const updated = await command('update --template app.yaml');
  const deleted = await command('delete');

  expect(flat(deployed.stdout)).toContain(
    'Nothing is created for these resources, and their attributes are made up: Topic (AWS::SNS::Topic), Queue ' +
      '(AWS::SQS::Queue).',
  );
  expect(deployed.stdout).toMatch(/Topic {2}arn:aws:sns:eu-west-1:111122223333:app-Topic-[a-z0-9]{12}\n/);
  expect([deployed, updated, deleted].map(({ status, stderr }) => ({ status, stderr }))).toEqual([
    { status: 0, stderr: '' },
    { status: 0, stderr: '' },
    { status: 0, stderr: '' },
  ]);
});
