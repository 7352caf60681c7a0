// The sandbox against AWS's published model: its operations, its constraints, and the form of its answers.
import published from '../../../sandbox/aws/sagemaker.json';
import { isList, isMap, type Json, type JsonMap } from '../../../sandbox/json.ts';
import * as imageVersions from '../../../sandbox/sagemaker/operations/image-versions.ts';
import * as images from '../../../sandbox/sagemaker/operations/images.ts';
import * as studioOperations from '../../../sandbox/sagemaker/operations/studio.ts';
import {
  BASE_IMAGE,
  domainId,
  ROLE_ARN,
  STATUS_MS,
  studioResource,
  versionArn,
  wires,
} from '../../support/sagemaker.ts';

const { open } = wires();

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly string[];
}
const shapes = new Map(Object.entries<Shape>(published.shapes));
const shapesInUse = [...shapes.values()];
const sorted = (names: readonly string[]) => [...new Set(names)].toSorted();

test('every operation of the model is simulated, and no other', () => {
  const simulated = Object.keys({ ...images, ...imageVersions, ...studioOperations });

  expect(sorted(simulated)).toEqual(sorted(Object.keys(published.operations)));
});

test('every type and every constraint of the model is interpreted', () => {
  const types = ['boolean', 'integer', 'list', 'string', 'structure', 'timestamp'];
  // `box` says to SDKs that the number may be absent.
  const keys = ['box', 'enum', 'exception', 'max', 'member', 'members', 'min', 'pattern', 'required', 'type'];

  expect(sorted(shapesInUse.map(({ type }) => type))).toEqual(types);
  expect(sorted(shapesInUse.flatMap((shape) => Object.keys(shape)))).toEqual(keys);
});

test('every answer has the form of the model', async () => {
  const { post, clock, studio } = await open({ switches: { caseOfArns: 'lowered' } });
  const DefaultResourceSpec = { SageMakerImageVersionArn: versionArn(1), InstanceType: 'ml.t3.medium' };
  const CustomImages = [{ ImageName: 'My-image', ImageVersionNumber: '1', AppImageConfigName: 'config' }];
  const settings = { JupyterLabAppSettings: { CustomImages, DefaultResourceSpec }, SecurityGroups: ['sg-1'] };
  const profile = { UserProfileName: 'ana' };
  const space = { SpaceName: 'shared' };
  const app = { ...profile, AppType: 'KernelGateway', AppName: 'kernel' };
  studio.push(studioResource('Domain', { DomainName: 'studio', DefaultUserSettings: settings }));
  studio.push(studioResource('UserProfile', { ...profile, UserSettings: settings }));
  studio.push(studioResource('Space', { ...space, SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec } } }));
  studio.push(studioResource('App', { ...app, ResourceSpec: DefaultResourceSpec }));
  const metadata = { JobType: 'TRAINING', Horovod: true, MLFramework: 'PyTorch 2.9', ReleaseNotes: 'New.' };
  const version = { BaseImage: BASE_IMAGE, ClientToken: 'token' };
  const calls: readonly (readonly [keyof typeof published.operations, JsonMap?])[] = [
    ['CreateImage', { RoleArn: ROLE_ARN, DisplayName: 'Name', Tags: [{ Key: 'key', Value: 'value' }] }],
    ['UpdateImage', { Description: 'Text' }],
    ['CreateImageVersion', { ...version, ...metadata, Aliases: ['latest'] }],
    ['UpdateImageVersion', { Version: 1, VendorGuidance: 'STABLE' }],
    ['CreateImageVersion', { BaseImage: 'not-in-ecr', ClientToken: 'other' }],
    ['DescribeImage'],
    ['DescribeImageVersion'],
    ['DescribeImageVersion', { Version: 1 }],
    ['ListImages', { MaxResults: 1 }],
    ['ListImageVersions', { MaxResults: 1 }],
    ['ListAliases'],
    ['ListDomains'],
    ['DescribeDomain', { DomainId: domainId }],
    ['ListUserProfiles'],
    ['DescribeUserProfile', { DomainId: domainId, ...profile }],
    ['ListSpaces'],
    ['DescribeSpace', { DomainId: domainId, ...space }],
    ['ListApps'],
    ['DescribeApp', { DomainId: domainId, ...app }],
    ['DeleteImageVersion', { Version: 2 }],
    ['DeleteImage'],
  ];

  const deviations: string[] = [];
  for (const [operation, input] of calls) {
    const { status, body } = await post(operation, { ImageName: 'My-image', ...input });
    expect({ operation, status }).toEqual({ operation, status: 200 });
    deviations.push(...deviationsOf(published.operations[operation].output.shape, body, operation));
    clock.advance(STATUS_MS);
  }

  expect(sorted(calls.map(([operation]) => operation))).toEqual(sorted(Object.keys(published.operations)));
  expect(deviations).toEqual([]);
});

/** Where the value differs from the shape, as paths. */
function deviationsOf(name: string, value: Json, at: string): readonly string[] {
  const { type, members = {}, member, required = [], pattern, enum: values } = shapes.get(name) ?? { type: '' };
  switch (type) {
    case 'structure': {
      const given = isMap(value) ? Object.entries(value) : [];
      const missing = required.filter((each) => !given.some(([key]) => key === each));
      return [
        ...missing.map((each) => `${at}.${each} is missing`),
        ...given.flatMap(([key, each]) => deviationsOf(members[key]?.shape ?? '', each, `${at}.${key}`)),
      ];
    }
    case 'list':
      return isList(value) ? value.flatMap((item) => deviationsOf(member?.shape ?? '', item, at)) : [at];
    case 'string': {
      const isOne = typeof value === 'string' && (values?.includes(value) ?? true);
      return isOne && new RegExp(`^(?:${pattern ?? '.*'})$`, 's').test(value) ? [] : [at];
    }
    case 'integer':
    case 'timestamp':
      return typeof value === 'number' && value < 2 ** 31 ? [] : [at];
    default:
      return typeof value === type ? [] : [at];
  }
}
