// The built doctor says who uses a version that SageMaker refuses to delete, with the sandbox as AWS.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { image, version } from '../support/stacks.ts';
import { runInProcess } from './command-line.ts';
import { doctorsPlace } from './doctor.ts';

const { folder, serve, runDoctor } = doctorsPlace();
const DomainId = { 'Fn::GetAtt': 'Domain.DomainId' };
const arnOf = (LogicalResourceId: string) => ({ Ref: LogicalResourceId });
const numberOf = (LogicalResourceId: string) => ({ 'Fn::GetAtt': `${LogicalResourceId}.Version` });
const offer = (more: object) => [{ ImageName: 'studio', AppImageConfigName: 'config', ...more }];

const Resources = {
  Image: image(),
  Old: version({ Alias: '1.3' }),
  New: version({ BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.4' }, { DependsOn: 'Old' }),
  Unused: version({ BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.5' }, { DependsOn: 'New' }),
  Domain: {
    Type: 'AWS::SageMaker::Domain',
    Properties: {
      DomainName: 'studio',
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: offer({ ImageVersionNumber: numberOf('New') }),
          DefaultResourceSpec: { SageMakerImageVersionArn: arnOf('New') },
        },
      },
    },
  },
  Profile: {
    Type: 'AWS::SageMaker::UserProfile',
    Properties: {
      ...{ DomainId, UserProfileName: 'ana' },
      UserSettings: {
        KernelGatewayAppSettings: { CustomImages: offer({ ImageVersionNumber: 1 }) },
        CodeEditorAppSettings: { CustomImages: offer({}) },
      },
    },
  },
  Space: {
    Type: 'AWS::SageMaker::Space',
    Properties: {
      ...{ DomainId, SpaceName: 'shared' },
      SpaceSettings: {
        JupyterLabAppSettings: {
          DefaultResourceSpec: {
            SageMakerImageArn: { 'Fn::GetAtt': 'Image.ImageArn' },
            SageMakerImageVersionAlias: '1.3',
          },
        },
      },
    },
  },
  App: {
    Type: 'AWS::SageMaker::App',
    Properties: {
      ...{ DomainId, UserProfileName: 'ana', AppType: 'KernelGateway', AppName: 'kernel' },
      ResourceSpec: { SageMakerImageVersionArn: arnOf('Old') },
    },
  },
};

test('the doctor prints who uses a version, and SageMaker does not delete such a version', async () => {
  writeFileSync(join(folder, 'template.json'), JSON.stringify({ Resources }));
  const where = ['--template', join(folder, 'template.json'), '--stack-name', 's', '--state', join(folder, '.sandbox')];
  const stubs = ['UserProfile', 'Space', 'App'].flatMap((kind) => ['--stub', `AWS::SageMaker::${kind}`]);
  expect(await runInProcess(['deploy', ...where, ...stubs])).toMatchObject({ status: 0 });
  const { variables, stop } = await serve();
  const usedBy = (...args: readonly string[]) =>
    runDoctor(['used-by', '--region', 'eu-west-1', ...args], { COLUMNS: '110', ...variables });

  const all = await usedBy('studio/1', 'studio/2', 'studio/3', 'studio/9');
  const one = await usedBy('--json', 'studio/1');
  const none = await usedBy('studio/9');
  const deletion = await deleteVersion(variables.AWS_ENDPOINT_URL_SAGEMAKER);
  await stop();

  const id = /domain (d-\w+)/.exec(all.stdout)?.[1] ?? 'no domain';
  const read = 'eu-west-1: read 1 domain, 1 user profile, 1 space, 1 app.';
  expect(all.stdout.replaceAll(/ +/g, ' ').split('\n')).toEqual([
    ' Uses studio/1 By In the setting',
    ` user profile ${id}/ana its number UserSettings.KernelGatewayAppSettings.CustomImages[0]`,
    ` space ${id}/shared an alias SpaceSettings.JupyterLabAppSettings.DefaultResourceSpec`,
    ` app ${id}/ana/KernelGateway/kernel its ARN ResourceSpec`,
    '',
    'studio/1 is used by 3 Studio resources.',
    ' Uses studio/2 By In the setting',
    ` domain ${id} its ARN DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec`,
    ` domain ${id} its number DefaultUserSettings.JupyterLabAppSettings.CustomImages[0]`,
    '',
    'studio/2 is used by 1 Studio resource.',
    ' Uses studio/3 By In the setting',
    ` user profile ${id}/ana the latest (the setting names no version) UserSettings.CodeEditorAppSettings.CustomImages[0]`,
    '',
    'studio/3 is used by 1 Studio resource.',
    'studio/9 does not exist.',
    'Nothing that the doctor can read uses studio/9.',
    read,
    '',
  ]);
  expect({ status: all.status, stderr: all.stderr }).toEqual({ status: 1, stderr: '' });
  expect(none).toEqual({
    status: 0,
    stdout: `studio/9 does not exist.\nNothing that the doctor can read uses studio/9.\n${read}\n`,
    stderr: '',
  });
  expect(JSON.parse(one.stdout)).toMatchObject({
    Region: 'eu-west-1',
    Versions: [
      {
        ...{ ImageName: 'studio', Version: 1 },
        UsedBy: [
          { Kind: 'UserProfile', Name: `${id}/ana`, By: 'ImageVersionNumber' },
          { Kind: 'Space', Name: `${id}/shared`, By: 'SageMakerImageVersionAlias' },
          { Kind: 'App', Name: `${id}/ana/KernelGateway/kernel`, Setting: 'ResourceSpec' },
        ],
      },
    ],
    Read: { Domain: 1, UserProfile: 1, Space: 1, App: 1 },
    NotRead: [],
  });
  expect(deletion).toMatchObject({ name: 'ResourceInUse' });
});

async function deleteVersion(endpoint: string): Promise<unknown> {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SageMakerClient({ endpoint, region: 'eu-west-1', credentials });
  return client
    .send(new DeleteImageVersionCommand({ ImageName: 'studio', Version: 2 }))
    .catch((thrown: unknown) => thrown);
}
