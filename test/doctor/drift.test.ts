// What the doctor calls drift, from the template that CloudFormation shows and the version that SageMaker describes.
import type { DeployedStack } from '../../doctor/declared.ts';
import { driftOf } from '../../doctor/drift.ts';
import type { DescribedVersion } from '../../doctor/image-versions.ts';
import { createRequest, versionArn } from '../support/provider/builders.ts';

const base = { ServiceToken: { 'Fn::ImportValue': 'token' }, ImageName: 'my-image', BaseImage: 'repository:1' };
const asDeclared: DescribedVersion = {
  ...{ ImageVersionArn: versionArn(2), Version: 2, ImageVersionStatus: 'CREATED', BaseImage: 'repository:1' },
  ...{ CreationTime: new Date(0), LastModifiedTime: new Date(0), ImageArn: 'arn', aliases: [] },
};

interface Given {
  readonly Properties: object;
  readonly sections?: object;
  readonly stack?: Partial<DeployedStack>;
  readonly actual?: Partial<DescribedVersion> | null;
}

async function driftWith({ Properties, sections, stack, actual }: Given) {
  const Type = 'Custom::SageMakerImageVersion';
  const Resources = { Stable: { Type, Properties: { ...base, ...Properties } } };
  const deployed: DeployedStack = {
    StackId: createRequest().StackId,
    StackName: 'studio',
    templateText: JSON.stringify({ ...sections, Resources }),
    parameters: {},
    resources: [
      { LogicalResourceId: 'Stable', PhysicalResourceId: versionArn(2), ResourceType: Type },
      { LogicalResourceId: 'Bucket', PhysicalResourceId: 'a-bucket', ResourceType: 'AWS::S3::Bucket' },
    ],
    exports: new Map(),
    ...stack,
  };
  const [drift, ...others] = await driftOf(deployed, {
    describe: async () => (actual === null ? undefined : { ...asDeclared, ...actual }),
  });
  expect(others).toEqual([]);
  return {
    status: drift?.StackResourceDriftStatus,
    differences: drift?.PropertyDifferences.map(
      ({ PropertyPath, DifferenceType, ExpectedValue, ActualValue }) =>
        `${PropertyPath} ${DifferenceType} ${ExpectedValue ?? '-'} ${ActualValue ?? '-'}`,
    ),
    notChecked: drift?.NotChecked.map(({ PropertyPath, Because }) => `${PropertyPath}: ${Because}`),
  };
}

const inSync = { status: 'IN_SYNC', differences: [], notChecked: [] };

test.each<[string, Given]>([
  ['all properties are as declared', { Properties: { Horovod: 'true' }, actual: { Horovod: true } }],
  ['SageMaker has more than the template declares', { Properties: {}, actual: { ReleaseNotes: 'x', aliases: ['a'] } }],
  ['a property has the value of a version without it', { Properties: { VendorGuidance: 'NOT_PROVIDED' } }],
  [
    'the declared aliases are there',
    { Properties: { Alias: 'a', Aliases: ['b', ''] }, actual: { aliases: ['b', 'a'] } },
  ],
  [
    'another alias is there, and the template declares no list',
    { Properties: { Alias: 'a' }, actual: { aliases: ['a', 'b'] } },
  ],
  ['a property is only in the template', { Properties: { Revision: { Ref: 'Hidden' }, ServiceTimeout: 60 } }],
  [
    'an Fn::If leaves the property out',
    {
      Properties: { ReleaseNotes: { 'Fn::If': ['Has', 'notes', { Ref: 'AWS::NoValue' }] } },
      sections: { Conditions: { Has: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'nowhere'] } } },
    },
  ],
  [
    'values come from parameters, Ref, exports and attributes of versions',
    {
      Properties: {
        ImageName: { 'Fn::GetAtt': 'Stable.ImageName' },
        BaseImage: { 'Fn::Sub': `$\{Repository}:$\{Tag}` },
        ReleaseNotes: { 'Fn::Join': [' ', [{ Ref: 'Bucket' }, { 'Fn::ImportValue': 'notes' }]] },
        Aliases: { Ref: 'Names' },
      },
      sections: {
        Parameters: {
          Repository: { Type: 'AWS::SSM::Parameter::Value<String>' },
          Tag: { Type: 'String', Default: '0' },
          Names: { Type: 'CommaDelimitedList' },
        },
      },
      stack: {
        parameters: { Repository: 'repository', Tag: '1', Names: 'a, b' },
        exports: new Map([['notes', 'imported']]),
      },
      actual: { ReleaseNotes: 'a-bucket imported', aliases: ['a', 'b'] },
    },
  ],
])('IN_SYNC: %s', async (_what, given) => {
  expect(await driftWith(given)).toEqual(inSync);
});

test.each<[string, Given, readonly string[]]>([
  [
    'another value',
    { Properties: { ReleaseNotes: 'old' }, actual: { ReleaseNotes: 'new' } },
    ['/ReleaseNotes NOT_EQUAL old new'],
  ],
  ['no value', { Properties: { ReleaseNotes: 'old' } }, ['/ReleaseNotes REMOVE old -']],
  [
    'a value that SageMaker shows as the neutral one',
    { Properties: { Horovod: true } },
    ['/Horovod NOT_EQUAL true false'],
  ],
  [
    'missing aliases, and one that nobody declared',
    {
      Properties: { Alias: 'a', Aliases: ['b', 'c'] },
      actual: { aliases: ['c', 'd'] },
    },
    ['/Alias REMOVE a -', '/Aliases/0 REMOVE b -', '/Aliases/2 ADD - d'],
  ],
  [
    'a version that somebody made under the old number, after the image was made again',
    { Properties: {}, actual: { BaseImage: 'repository:by-hand' } },
    ['/BaseImage NOT_EQUAL repository:1 repository:by-hand'],
  ],
])('MODIFIED: %s', async (_what, given, differences) => {
  expect(await driftWith(given)).toEqual({ status: 'MODIFIED', differences, notChecked: [] });
});

test('DELETED: SageMaker has no such version', async () => {
  expect(await driftWith({ Properties: { Alias: 'a' }, actual: null })).toEqual({ ...inSync, status: 'DELETED' });
});

test.each<[string, Given, string]>([
  [
    'a hidden parameter',
    {
      Properties: { ReleaseNotes: { Ref: 'Secret' } },
      sections: { Parameters: { Secret: { Type: 'String', NoEcho: true } } },
      stack: { parameters: { Secret: '****' } },
    },
    '/ReleaseNotes: the value of Secret is hidden or does not exist',
  ],
  [
    'a dynamic reference',
    { Properties: { ReleaseNotes: '{{resolve:ssm:/notes}}' } },
    '/ReleaseNotes: the doctor does not read ssm:/notes',
  ],
  [
    'an attribute of another resource',
    { Properties: { ReleaseNotes: { 'Fn::GetAtt': 'Bucket.Arn' } } },
    '/ReleaseNotes: CloudFormation does not show the attribute Bucket.Arn',
  ],
  [
    'an alias, so that no other counts as added',
    {
      Properties: { Alias: { 'Fn::GetAtt': 'Bucket.Arn' }, Aliases: ['b'] },
      actual: { aliases: ['b', 'c'] },
    },
    '/Alias: CloudFormation does not show the attribute Bucket.Arn',
  ],
  [
    'a version that is being deleted',
    { Properties: {}, actual: { ImageVersionStatus: 'DELETING' } },
    ': it is DELETING',
  ],
  [
    'the id of a failed Create',
    {
      Properties: {},
      stack: {
        resources: [
          {
            LogicalResourceId: 'Stable',
            PhysicalResourceId: 'not-created/1',
            ResourceType: 'Custom::SageMakerImageVersion',
          },
        ],
      },
    },
    ': its physical id is not that of a version: an operation has failed',
  ],
])('NOT_CHECKED: %s', async (_what, given, because) => {
  expect(await driftWith(given)).toEqual({ status: 'NOT_CHECKED', differences: [], notChecked: [because] });
});

test('what is not known does not hide what has changed', async () => {
  const Properties = { ReleaseNotes: 'old', MLFramework: { 'Fn::GetAtt': 'Bucket.Arn' } };

  const { status, notChecked } = await driftWith({ Properties, actual: { ReleaseNotes: 'new' } });

  expect(status).toBe('MODIFIED');
  expect(notChecked).toHaveLength(1);
});

test('a template without the resource is an error', async () => {
  const stack = { templateText: '{"Resources":{}}' };

  await expect(driftWith({ Properties: {}, stack })).rejects.toMatchObject({
    exitStatus: 3,
    message: 'The doctor cannot read the properties of Stable in the template of studio.',
  });
});
