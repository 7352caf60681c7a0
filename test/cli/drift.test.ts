// The built doctor compares a stack with what people have done to its versions, with the sandbox as AWS.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { image } from '../support/stacks.ts';
import { runInProcess } from './command-line.ts';
import { doctorsPlace } from './doctor.ts';

const { folder, serve, runDoctor } = doctorsPlace();

const template = `
Parameters:
  Notes: { Type: String, Default: as declared }
  Aliases: { Type: CommaDelimitedList, Default: 'stable,1.4' }
Resources:
  Image: ${JSON.stringify(image())}
  Changed:
    Type: Custom::SageMakerImageVersion
    DependsOn: Image
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      ImageName: !Select [1, !Split [/, !Ref Image]]
      BaseImage: !Sub '\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/studio:1.4'
      ReleaseNotes: !Ref Notes
      Aliases: !Ref Aliases
  Deleted:
    Type: Custom::SageMakerImageVersion
    DependsOn: Changed
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      ImageName: studio
      BaseImage: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.5
  Same:
    Type: Custom::SageMakerImageVersion
    DependsOn: Deleted
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      ImageName: !GetAtt Deleted.ImageName
      BaseImage: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.6
      Alias: latest
`;

test('the doctor prints the drift of a stack', async () => {
  writeFileSync(join(folder, 'template.yaml'), template);
  const where = ['--template', join(folder, 'template.yaml'), '--stack-name', 's', '--state', join(folder, '.sandbox')];
  expect(await runInProcess(['deploy', ...where])).toMatchObject({ status: 0 });
  const { variables, stop } = await serve();
  const drift = (...args: readonly string[]) =>
    runDoctor(['drift', '--region', 'eu-west-1', ...args], { COLUMNS: '120', ...variables });

  const before = await drift('--stack-name', 's');
  await changeByHand(variables.AWS_ENDPOINT_URL_SAGEMAKER);
  const after = await drift('--stack-name', 's');
  const json = await drift('--stack-name', 's', '--json');
  const absent = await drift('--stack-name', 'mistyped');
  await stop();

  expect(before).toEqual({
    status: 0,
    stdout: [
      '  Resource  Drift    Property  Difference',
      '  Changed   IN_SYNC',
      '  Deleted   IN_SYNC',
      '  Same      IN_SYNC',
      '',
      'Stack s: 3 image versions, IN_SYNC.',
      '',
    ].join('\n'),
    stderr: '',
  });
  expect(after.status).toBe(1);
  expect(after.stdout.split('\n')).toEqual([
    '  Resource  Drift     Property       Difference',
    '  Changed   MODIFIED  /ReleaseNotes  NOT_EQUAL: the template has as declared; the version has changed by hand',
    '  Changed   MODIFIED  /Aliases/0     REMOVE: the template has stable; the version has none',
    '  Changed   MODIFIED  /Aliases/2     ADD: the template has none; the version has by-hand',
    '  Deleted   DELETED',
    '  Same      IN_SYNC',
    '',
    'Stack s: 3 image versions, DRIFTED.',
    '',
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    StackName: 's',
    StackDriftStatus: 'DRIFTED',
    StackResourceDrifts: [
      {
        ...{ LogicalResourceId: 'Changed', StackResourceDriftStatus: 'MODIFIED' },
        PropertyDifferences: [
          {
            ...{ PropertyPath: '/ReleaseNotes', DifferenceType: 'NOT_EQUAL' },
            ...{ ExpectedValue: 'as declared', ActualValue: 'changed by hand' },
          },
          { PropertyPath: '/Aliases/0', ExpectedValue: 'stable', DifferenceType: 'REMOVE' },
          { PropertyPath: '/Aliases/2', ActualValue: 'by-hand', DifferenceType: 'ADD' },
        ],
      },
      { LogicalResourceId: 'Deleted', StackResourceDriftStatus: 'DELETED' },
      { LogicalResourceId: 'Same', StackResourceDriftStatus: 'IN_SYNC', NotChecked: [] },
    ],
  });
  expect(absent).toEqual({ status: 2, stdout: '', stderr: 'There is no stack mistyped in eu-west-1.\n' });
});

async function changeByHand(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SageMakerClient({ endpoint, region: 'eu-west-1', credentials });
  const Changed = { ImageName: 'studio', Version: 1 };
  const aliases = { AliasesToDelete: ['stable'], AliasesToAdd: ['by-hand'] };
  await client.send(new UpdateImageVersionCommand({ ...Changed, ...aliases, ReleaseNotes: 'changed by hand' }));
  const Deleted = { ImageName: 'studio', Version: 2 };
  await client.send(new DeleteImageVersionCommand(Deleted));
  const isThere = () => client.send(new DescribeImageVersionCommand(Deleted)).then(Boolean, () => false);
  while (await isThere()) await sleep(50);
}
