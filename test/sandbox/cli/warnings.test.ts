import { warningsOn } from '../../../sandbox/cli/warnings.ts';
import { thisProvider } from '../../support/known-provider.ts';
import { newWorld, stackSource, type World } from '../cloudformation/world.ts';

const ours = 'arn:aws:lambda:eu-west-1:111122223333:function:sagemaker-image-version-provider';

function version(id: string, properties: string, { policy = 'Delete', token = ours, type = 'Custom::Any' } = {}) {
  const all = `ServiceToken: '${token}', ${properties}`;
  return `${id}! {Type: '${type}', DeletionPolicy: ${policy}, Properties: {${all}}}`;
}
function image(id: string, ImageName: string, policy = 'Delete') {
  const properties = `ImageName: ${ImageName}, ImageRoleArn: arn:aws:iam::111122223333:role/r`;
  return `${id}! {Type: AWS::SageMaker::Image, DeletionPolicy: ${policy}, Properties: {${properties}}}`;
}
const conditional = image('I', 'mine').replace('{Type', '{Condition: Never, Type');
const lines = (...resources: readonly string[]) => resources.join('\n');

const world = () =>
  newWorld({
    images: () => ({
      call: async (operation) =>
        operation === 'DeleteImage'
          ? { status: 400, body: '{"__type":"ResourceNotFound"}' }
          : { status: 200, body: '{"ImageArn":"arn","ImageStatus":"CREATED"}' },
    }),
  });

/** Of the deployment of these resources. */
async function warnings({ clock, cloudFormation }: World, resources: string, rest?: string) {
  const template = stackSource(resources, rest);
  const plan = await clock.run(() => cloudFormation.previewStack('app', template));
  return warningsOn({ plan, stack: cloudFormation.findStack('app'), template }, thisProvider());
}

/** Of an update from the one to the other. */
async function warningsOfUpdate(before: string, after: string) {
  const there = world();
  await there.create(before);
  return warnings(there, after);
}

describe('An alias that more than one version declares', () => {
  test('gets a warning, as a literal or by a parameter, in either property', async () => {
    const found = await warnings(
      world(),
      lines(
        version('A', 'ImageName: mine, Alias: latest, Aliases: [!Ref Tag, only-a]'),
        version('B', 'ImageName: mine, Aliases: [latest, latest]'),
        version('C', 'ImageName: !Ref Name, Aliases: [latest, 1.4]'),
      ),
      "Parameters: {Tag: {Type: String, Default: '1.4'}, Name: {Type: String, Default: mine}}",
    );

    expect(found).toEqual([
      'A, B and C declare the alias latest of image mine: an alias can be on one version only; the one that ' +
        'CloudFormation updates last gets it.',
      'A and C declare the alias 1.4 of image mine: an alias can be on one version only; the one that CloudFormation updates last gets it.',
    ]);
  });

  test('gets a warning with each deployment, even if the versions do not change', async () => {
    const both = lines(version('A', 'ImageName: mine, Alias: x'), version('B', 'ImageName: mine, Alias: x'));

    expect(await warningsOfUpdate(both, lines(both, version('C', 'ImageName: other, Alias: x')))).toHaveLength(1);
  });

  test.each<[what: string, resources: string]>([
    ['another image', lines(version('A', 'ImageName: a, Alias: x'), version('B', 'ImageName: b, Alias: x'))],
    [
      'another provider',
      lines(
        version('A', 'ImageName: a, Alias: x'),
        version('B', 'ImageName: a, Alias: x', { token: `${ours}-2`, type: 'Custom::SageMakerImageVersion' }),
      ),
    ],
    [
      'an image whose name is only known later',
      lines(
        'N: {Name: n}',
        version('A', 'ImageName: !Ref N, Alias: x'),
        version('B', `ImageName: !Sub '\${N}', Alias: x`),
      ),
    ],
    [
      'an alias that is only known later',
      lines('N: {Name: n}', version('A', 'ImageName: a, Alias: !Ref N'), version('B', 'ImageName: a, Alias: !Ref N')),
    ],
    [
      'no version, because of its condition',
      lines(
        version('A', 'ImageName: a, Alias: x'),
        version('B', 'ImageName: a, Alias: x').replace('{Type', '{Condition: Never, Type'),
      ),
    ],
  ])('gets no warning with %s', async (_what, resources) => {
    expect(await warnings(world(), resources, 'Conditions: {Never: !Equals [a, b]}')).toEqual([]);
  });
});

describe('A version of an image in the same template', () => {
  const dependent = (id: string, DependsOn: string, properties = 'ImageName: mine') =>
    version(id, properties).replace('{Type', `{DependsOn: ${DependsOn}, Type`);
  const because =
    'does not depend on I, so CloudFormation does not wait until the image mine exists, and V fails in a new stack.';

  test.each<[what: string, resources: string, warning: string]>([
    [
      'no dependency',
      lines(image('I', 'mine'), version('V', 'ImageName: mine')),
      `app.yaml:3:3: V ${because} Add this line to V:\nDependsOn: I`,
    ],
    [
      'a dependency on something else',
      lines(image('I', 'mine'), 'Other: {}', dependent('V', 'Other')),
      `app.yaml:4:7: V ${because} Change this line:\nDependsOn: [Other, I]`,
    ],
    [
      'a dependency on a resource that the condition leaves out',
      lines(image('I', 'mine'), dependent('Never', 'I').replace('{', '{Condition: Never, '), dependent('V', 'Never')),
      `app.yaml:4:7: V ${because} Change this line:\nDependsOn: [Never, I]`,
    ],
    [
      'a name that a parameter gives',
      lines(image('I', '!Ref Name'), version('V', `ImageName: !Sub '\${Name}'`)),
      `app.yaml:3:3: V ${because} Add this line to V:\nDependsOn: I`,
    ],
  ])('gets a warning with its place if it has %s', async (_what, resources, warning) => {
    const rest = 'Parameters: {Name: {Type: String, Default: mine}}\nConditions: {Never: !Equals [a, b]}';

    expect(await warnings(world(), resources, rest)).toEqual([warning]);
  });

  test('gets one warning for a chain of versions: the first of them is to depend on the image', async () => {
    const chain = lines(image('I', 'mine'), version('V', 'ImageName: mine'), dependent('W', 'V'), dependent('X', 'W'));

    expect(await warnings(world(), chain)).toEqual([`app.yaml:3:3: V ${because} Add this line to V:\nDependsOn: I`]);
  });

  test('gets a warning with a line of JSON in a template that is JSON', async () => {
    const { clock, cloudFormation } = world();
    const Image = {
      Type: 'AWS::SageMaker::Image',
      Properties: { ImageName: 'mine', ImageRoleArn: 'arn:aws:iam::111122223333:role/r' },
    };
    const V = { Type: 'Custom::Any', Properties: { ServiceToken: ours, ImageName: 'mine' } };
    const template = {
      fileName: 'app.json',
      templateText: JSON.stringify({ Resources: { I: Image, V } }),
      parameters: {},
    };

    const plan = await clock.run(() => cloudFormation.previewStack('app', template));

    expect(warningsOn({ plan, stack: undefined, template }, thisProvider())).toEqual([
      expect.stringMatching(/^app\.json:1:\d+: .* Add this line to V:\n"DependsOn": "I",$/),
    ]);
  });

  test.each<[what: string, resources: string]>([
    ['depends on it', lines(image('I', 'mine'), dependent('V', 'I'))],
    [
      'depends on another version that depends on it',
      lines(
        image('I', 'mine'),
        dependent('U', 'I'),
        dependent('V', 'U'),
        version('W', 'ImageName: mine, Note: !Ref V'),
      ),
    ],
    ['refers to it', lines(image('I', 'mine'), version('V', 'ImageName: mine, Note: !Ref I'))],
    ['is a version of another image', lines(image('I', 'mine'), version('V', 'ImageName: other'))],
    ['has another provider', lines(image('I', 'mine'), version('V', 'ImageName: mine', { token: `${ours}-2` }))],
    ['has an image that only the condition leaves out', lines(version('V', 'ImageName: mine'), conditional)],
  ])('gets no warning if it %s', async (_what, resources) => {
    expect(await warnings(world(), resources, 'Conditions: {Never: !Equals [a, b]}')).toEqual([]);
  });
});

describe('Metadata that the template no longer sets', () => {
  const all =
    'JobType: TRAINING, MLFramework: P 1.0, Processor: GPU, ProgrammingLang: P 3.1, ReleaseNotes: n, Horovod: true, ' +
    'VendorGuidance: STABLE';

  test('gets a warning if the provider cannot clear it', async () => {
    const found = await warningsOfUpdate(
      version('A', `ImageName: mine, ${all}`),
      version('A', 'ImageName: mine, ReleaseNotes: !Ref AWS::NoValue'),
    );

    expect(found).toEqual([
      'JobType of A stays as it is: the provider cannot clear it.',
      'MLFramework of A stays as it is: the provider cannot clear it.',
      'Processor of A stays as it is: the provider cannot clear it.',
      'ProgrammingLang of A stays as it is: the provider cannot clear it.',
      'ReleaseNotes of A stays as it is: the provider cannot clear it.',
    ]);
  });

  test.each<[what: string, after: string]>([
    ['it only changes', version('A', 'ImageName: mine, ReleaseNotes: other')],
    ['there will be another version', version('A', 'ImageName: mine, Revision: 2')],
    ['the version goes', version('B', 'ImageName: mine')],
  ])('gets no warning if %s', async (_what, after) => {
    expect(await warningsOfUpdate(version('A', 'ImageName: mine, ReleaseNotes: n'), after)).toEqual([]);
  });

  test('gets no warning in the resource of another provider', async () => {
    const theirs = (properties: string) => version('A', properties, { token: `${ours}-2` });

    expect(await warningsOfUpdate(theirs('ReleaseNotes: n'), theirs('Other: 1'))).toEqual([]);
  });
});

describe('A version that a DeletionPolicy leaves behind', () => {
  const kept = version('V', 'ImageName: mine', { policy: 'Retain' });
  const warning = 'V is not kept after all: I goes too, and SageMaker deletes an image with all its versions.';

  test.each<[what: string, after: string]>([
    ['is taken out with it', 'Other: {}'],
    ['is replaced', lines(image('I', 'other'), 'Other: {}')],
  ])('gets a warning if its image %s', async (_what, after) => {
    expect(await warningsOfUpdate(lines(image('I', 'mine'), kept), after)).toEqual([warning]);
  });

  test('gets a warning if the whole stack is deleted', async () => {
    const there = world();
    await there.create(lines(image('I', 'mine'), image('Kept', 'kept', 'Retain'), kept));
    const plan = { changes: there.cloudFormation.previewDeletion('app'), wanted: [], missingExports: [] };

    expect(warningsOn({ plan, stack: there.cloudFormation.findStack('app') }, thisProvider())).toEqual([warning]);
  });

  test.each<[what: string, before: string, after: string]>([
    ['its image stays', lines(image('I', 'mine'), kept), image('I', 'mine')],
    ['its image is left behind as well', lines(image('I', 'mine', 'Retain'), kept), 'Other: {}'],
    ['another image goes', lines(image('I', 'other'), kept), 'Other: {}'],
    ['it goes itself', lines(image('I', 'mine'), version('V', 'ImageName: mine')), 'Other: {}'],
  ])('gets no warning if %s', async (_what, before, after) => {
    expect(await warningsOfUpdate(before, after)).toEqual([]);
  });
});

describe('A version that the update deletes', () => {
  /** Custom resources and native versions are versions 1, 2 … of the image `mine`. */
  const worldOfVersions = () => {
    const arn = (Version: number) => `arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/${Version}`;
    let last = 0;
    const answer = (body: object) => ({ status: 200, body: JSON.stringify(body) });
    return newWorld({
      settings: { stubs: ['*'] },
      provider: ({ PhysicalResourceId }) => {
        if (PhysicalResourceId !== undefined) return { PhysicalResourceId };
        last += 1;
        return { PhysicalResourceId: arn(last) };
      },
      images: () => ({
        call: async (operation) => {
          if (operation === 'CreateImageVersion') last += 1;
          return answer({ ImageVersionArn: arn(last), ImageVersionStatus: 'CREATED', Version: last });
        },
      }),
    });
  };
  const warningsAfter = async (before: string, after: string) => {
    const there = worldOfVersions();
    await there.create(before);
    return warnings(there, after);
  };
  const native = (id: string, attributes = '', tag = '1') =>
    `${id}! {Type: AWS::SageMaker::ImageVersion, ${attributes} Properties: {ImageName: mine, BaseImage: 'b:${tag}'}}`;
  const adopter = (Adopt: number, ImageName = 'mine') => version('New', `ImageName: ${ImageName}, Adopt: ${Adopt}`);
  const studio = (number: string, ImageName = 'mine', Type = 'AWS::SageMaker::Domain') => {
    const CustomImages = `[{ImageName: ${ImageName}, AppImageConfigName: c, ImageVersionNumber: ${number}}]`;
    const settings = `DefaultUserSettings: {JupyterLabAppSettings: {CustomImages: ${CustomImages}}}`;
    return `Studio! {Type: '${Type}', Properties: {${settings}}}`;
  };
  const removed = 'Old is removed, and its DeletionPolicy in the deployed template is not Retain, so';
  const deletes = 'CloudFormation deletes version 1 of image mine';
  const keepRemoved = 'To keep the version, first deploy DeletionPolicy: Retain in Old.';
  const keepReplaced = 'To keep the version, add UpdateReplacePolicy: Retain in Old.';
  const inStudio = 'and Studio still has its ImageVersionNumber.';

  test.each<[what: string, before: string, after: string, warning: string]>([
    [
      'another resource adopts it',
      native('Old'),
      adopter(1),
      `${removed} ${deletes}, which New adopts. ${keepRemoved}`,
    ],
    [
      'another resource adopts it, and it is replaced',
      native('Old'),
      lines(native('Old', 'UpdateReplacePolicy: Delete, DeletionPolicy: Retain,', '2'), adopter(1)),
      `Old is replaced, so ${deletes}, which New adopts. ${keepReplaced}`,
    ],
    [
      'a Domain has its number, and it is removed',
      version('Old', 'ImageName: mine'),
      studio('1'),
      `${removed} ${deletes}, ${inStudio} ${keepRemoved}`,
    ],
    [
      'a Domain has its number, and it is replaced',
      lines(version('Old', 'ImageName: mine'), studio('1')),
      lines(version('Old', 'ImageName: mine, Revision: 2'), studio('1')),
      `Old is replaced, so ${deletes}, ${inStudio} ${keepReplaced}`,
    ],
    [
      'a Domain has the number of a native version',
      lines(native('Old'), studio('1')),
      lines(native('Old', '', '2'), studio("'1'")),
      `Old is replaced, so ${deletes}, ${inStudio} ${keepReplaced}`,
    ],
  ])('gets a warning if %s', async (_what, before, after, warning) => {
    expect(await warningsAfter(before, after)).toEqual([warning]);
  });

  test.each(['UserProfile', 'Space'])('gets a warning if a %s has its number', async (type) => {
    const found = await warningsAfter(native('Old'), studio('1', 'mine', `AWS::SageMaker::${type}`));

    expect(found.at(-1)).toBe(`${removed} ${deletes}, ${inStudio} ${keepRemoved}`);
  });

  test.each<[what: string, before: string, after: string]>([
    ['its deployed DeletionPolicy is Retain', native('Old', 'DeletionPolicy: Retain,'), lines(adopter(1), studio('1'))],
    [
      'its UpdateReplacePolicy is Retain',
      native('Old'),
      lines(native('Old', 'UpdateReplacePolicy: Retain,', '2'), studio('1')),
    ],
    ['another number is adopted and offered', native('Old'), lines(adopter(2), studio('2'))],
    ['a version of another image is adopted and offered', native('Old'), lines(adopter(1, 'b'), studio('1', 'b'))],
    ['it is only updated', lines(native('Old'), studio('1')), lines(native('Old', 'Metadata: {A: 1},'), studio('1'))],
    [
      'the number comes from the version itself',
      lines(native('Old'), studio('!GetAtt Old.Version')),
      lines(native('Old', '', '2'), studio('!GetAtt Old.Version')),
    ],
  ])('gets no warning if %s', async (_what, before, after) => {
    expect(await warningsAfter(before, after)).toEqual([]);
  });
});

test('All resources that only stand in get one warning; those that are stubs by default get none', async () => {
  const there = newWorld({ settings: { stubs: ['*'] } });

  const found = await warnings(
    there,
    lines('Role! {Type: AWS::IAM::Role}', 'B! {Type: AWS::S3::Bucket}', 'Q! {Type: AWS::SQS::Queue}'),
  );

  expect(found).toEqual([
    'Nothing is created for these resources, and their attributes are made up: B (AWS::S3::Bucket), Q (AWS::SQS::Queue).',
  ]);
});

test('An import that nobody exports gets one warning, beside the others', async () => {
  const found = await warnings(
    world(),
    lines(
      version('A', 'ImageName: mine, Alias: x, Note: !ImportValue nothing'),
      version('B', 'ImageName: mine, Alias: x, Note: !ImportValue nothing'),
    ),
  );

  expect(found).toEqual([
    'No stack exports nothing: the operation will fail before it creates anything.',
    'A and B declare the alias x of image mine: an alias can be on one version only; the one that CloudFormation updates last gets it.',
  ]);
});
