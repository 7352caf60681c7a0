import type { Json, JsonMap } from '../../../sandbox/json.ts';
import { BASE_IMAGE, IMAGE_ARN, ROLE_ARN, STATUS_MS, versionArn, wires } from '../../support/sagemaker.ts';

const { open } = wires();

type Call = readonly [operation: string, input?: JsonMap];

interface Refusal {
  readonly settings?: Parameters<typeof open>[0];
  /** Calls that succeed before it. Their changes of status are over. */
  readonly before?: readonly Call[];
  /** The last call before it. Its change of status is still under way. */
  readonly during?: Call;
  readonly call: Call;
  readonly error: Json;
}

const image: Call = ['CreateImage', { RoleArn: ROLE_ARN }];
const version = (input: JsonMap = {}): Call => ['CreateImageVersion', { BaseImage: BASE_IMAGE, ...input }];
const failedVersion = version({ BaseImage: 'python:3.12', Aliases: ['latest'] });

const inUse = (Message: string) => ({ __type: 'ResourceInUse', Message });
const notFound = (Message: string) => ({ __type: 'ResourceNotFound', Message });
const invalid = (message: string) => ({ __type: 'ValidationException', message });
const limit = (what: string) => ({
  __type: 'ResourceLimitExceeded',
  Message:
    `The account-level service limit '${what}' is 1 ${what}, with current utilization of 1 ${what} and a request delta ` +
    `of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
});
const missingImage = notFound(`Image with ARN ${IMAGE_ARN} does not exist`);
const missingVersion = (Version: number) => notFound(`ImageVersion with ARN ${versionArn(Version)} does not exist`);
const missingAlias = notFound('ImageVersion with ImageName my-image and Alias latest does not exist');
const brokenImage = invalid('Image my-image is in an invalid state.');
const brokenVersion = invalid(`ImageVersion ${versionArn(1)} is in an invalid state.`);
const beingCreated = inUse(`ImageVersion (${versionArn(1)}) is being created`);
const aliasOf = (Version: number) => inUse(`Alias latest is already used by ImageVersion ${versionArn(Version)}`);

const refusals: Readonly<Record<string, Refusal>> = {
  'CreateImage with the name of an existing image': {
    before: [image],
    call: image,
    error: inUse('The Image with ImageName my-image already exists. Please use a different ImageName.'),
  },
  'CreateImage with several broken constraints, all in one error': {
    call: ['CreateImage', { ImageName: '-bad-', RoleArn: 'short', Tags: [{ Key: '', Value: 'a' }] }],
    error: invalid(
      "4 validation errors detected: Value '-bad-' at 'imageName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}; Value 'short' at 'roleArn' failed to satisfy " +
        "constraint: Member must have length greater than or equal to 20; Value 'short' at 'roleArn' failed to satisfy " +
        'constraint: Member must satisfy regular expression pattern: ' +
        "arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+; Value '' at 'tags.1.member.key' failed to satisfy " +
        'constraint: Member must have length greater than or equal to 1',
    ),
  },
  'CreateImage without its required members': {
    call: ['CreateImage', { ImageName: null, RoleArn: null }],
    error: invalid(
      "2 validation errors detected: Value null at 'imageName' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ),
  },
  'CreateImage beyond the quota': {
    settings: { quotas: { images: 1 } },
    before: [['CreateImage', { ImageName: 'other', RoleArn: ROLE_ARN }]],
    call: image,
    error: limit('Images'),
  },
  'CreateImageVersion beyond the quota': {
    settings: { quotas: { versionsOfAnImage: 1 } },
    before: [image, version()],
    call: version(),
    error: limit('Image Versions'),
  },
  'CreateImageVersion with the alias of a failed version': {
    before: [image, failedVersion],
    call: version({ Aliases: ['latest'] }),
    error: aliasOf(1),
  },
  'CreateImageVersion with the alias of a version that is DELETING': {
    before: [image, version({ Aliases: ['latest'] })],
    during: ['DeleteImageVersion', { Version: 1 }],
    call: version({ Aliases: ['latest'] }),
    error: aliasOf(1),
  },
  'CreateImageVersion on an image that is CREATING': {
    during: image,
    call: version(),
    error: inUse('Image my-image is in use: its status is CREATING.'),
  },
  'CreateImageVersion on an image that is DELETING': {
    before: [image],
    during: ['DeleteImage'],
    call: version(),
    error: inUse('Image my-image is in use: its status is DELETING.'),
  },
  'CreateImageVersion on an image that is CREATING, as an invalid state under a switch': {
    settings: { switches: { imageInTransition: 'ValidationException' } },
    during: image,
    call: version(),
    error: brokenImage,
  },
  'CreateImageVersion on an image that failed': {
    settings: { failures: { imageCreation: () => 'The role cannot be assumed.' } },
    before: [image],
    call: version(),
    error: brokenImage,
  },
  'CreateImageVersion while another version is CREATING, under a switch': {
    settings: { switches: { imageWhileVersionIsCreated: 'busy' } },
    before: [image],
    during: version(),
    call: version(),
    error: inUse('Image my-image is in use: a version of it is being created.'),
  },
  'CreateImageVersion with a value of the wrong JSON type, before any constraint': {
    call: version({ ImageName: '-', Horovod: 'true' }),
    error: { __type: 'SerializationException', message: 'STRING_VALUE can not be converted to a Boolean' },
  },
  'DeleteImageVersion of a version that is DELETING': {
    before: [image, version()],
    during: ['DeleteImageVersion', { Version: 1 }],
    call: ['DeleteImageVersion', { Version: 1 }],
    error: inUse(`ImageVersion (${versionArn(1)}) is being deleted`),
  },
  'DeleteImageVersion of an image that is DELETING': {
    before: [image, version()],
    during: ['DeleteImage'],
    call: ['DeleteImageVersion', { Version: 1 }],
    error: inUse('Image my-image is in use: its status is DELETING.'),
  },
  'DeleteImageVersion of an image that is DELETING, as an invalid state under a switch': {
    settings: { switches: { imageInTransition: 'ValidationException' } },
    before: [image, version()],
    during: ['DeleteImage'],
    call: ['DeleteImageVersion', { Version: 1 }],
    error: brokenImage,
  },
  'DeleteImageVersion of a version that is CREATING': {
    before: [image],
    during: version(),
    call: ['DeleteImageVersion', { Version: 1 }],
    error: beingCreated,
  },
  'DeleteImageVersion of a missing version': {
    before: [image],
    call: ['DeleteImageVersion', { Version: 1 }],
    error: missingVersion(1),
  },
  'DeleteImage of an image that is DELETING': {
    before: [image],
    during: ['DeleteImage'],
    call: ['DeleteImage'],
    error: inUse(`Image (${IMAGE_ARN}) is being deleted`),
  },
  'DescribeImageVersion of a missing number': {
    before: [image],
    call: ['DescribeImageVersion', { Version: 7 }],
    error: missingVersion(7),
  },
  'DescribeImageVersion of a deleted version': {
    before: [image, version(), ['DeleteImageVersion', { Version: 1 }]],
    call: ['DescribeImageVersion', { Version: 1 }],
    error: missingVersion(1),
  },
  'DescribeImageVersion of a version whose image was deleted': {
    before: [image, version(), ['DeleteImage']],
    call: ['DescribeImageVersion', { Version: 1 }],
    error: missingImage,
  },
  'DescribeImageVersion of an image without versions': {
    before: [image],
    call: ['DescribeImageVersion'],
    error: notFound('Latest ImageVersion with ImageName my-image does not exist. Please provide a valid ImageName.'),
  },
  'DescribeImageVersion by a missing alias': {
    before: [image],
    call: ['DescribeImageVersion', { Alias: 'latest' }],
    error: {
      __type: 'AccessDeniedException',
      message:
        'The caller is not authorized to perform this action on the image version with alias latest of image ' +
        IMAGE_ARN,
    },
  },
  'DescribeImageVersion by a missing alias, as ResourceNotFound under a switch': {
    settings: { switches: { versionByMissingAlias: 'ResourceNotFound' } },
    before: [image],
    call: ['DescribeImageVersion', { Alias: 'latest' }],
    error: missingAlias,
  },
  'ListAliases by a missing alias': {
    before: [image],
    call: ['ListAliases', { Alias: 'latest' }],
    error: missingAlias,
  },
  'ListAliases of a missing version': {
    before: [image],
    call: ['ListAliases', { Version: 3 }],
    error: missingVersion(3),
  },
  'DescribeImage of a missing image': { call: ['DescribeImage'], error: missingImage },
  'UpdateImage of a missing image': { call: ['UpdateImage'], error: missingImage },
  'ListAliases of a missing image': { call: ['ListAliases'], error: missingImage },
  'ListImageVersions of a missing image': { call: ['ListImageVersions'], error: missingImage },

  'ListImages with the token of another list': {
    call: ['ListImages', { NextToken: 'other' }],
    error: invalid('Invalid NextToken.'),
  },
  'ListImages with several broken constraints': {
    call: ['ListImages', { MaxResults: 101, SortBy: 'VERSION', NameContains: 'a b' }],
    error: invalid(
      "3 validation errors detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value " +
        "less than or equal to 100; Value 'a b' at 'nameContains' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9\\-.]+; Value 'VERSION' at 'sortBy' failed to satisfy constraint: Member " +
        'must satisfy enum value set: [CREATION_TIME, LAST_MODIFIED_TIME, IMAGE_NAME]',
    ),
  },
  'UpdateImageVersion with an alias that the version already has, under a switch': {
    settings: { switches: { aliasAddedTwice: 'ResourceInUse' } },
    before: [image, version({ Aliases: ['latest'] })],
    call: ['UpdateImageVersion', { Version: 1, AliasesToAdd: ['latest'] }],
    error: aliasOf(1),
  },
  'UpdateImageVersion that deletes a missing alias, under a switch': {
    settings: { switches: { absentAliasDeleted: 'ResourceNotFound' } },
    before: [image, version()],
    call: ['UpdateImageVersion', { Version: 1, AliasesToDelete: ['latest'] }],
    error: missingAlias,
  },
  'UpdateImageVersion without Version and Alias': {
    before: [image],
    call: ['UpdateImageVersion'],
    error: invalid('Either Version or Alias must be specified.'),
  },
  'UpdateImageVersion of a version that failed': {
    before: [image, failedVersion],
    call: ['UpdateImageVersion', { Version: 1, AliasesToDelete: ['latest'] }],
    error: brokenVersion,
  },
  'UpdateImageVersion of a version that is CREATING': {
    settings: { switches: { updateWhileCreating: 'ResourceInUse' } },
    before: [image],
    during: version(),
    call: ['UpdateImageVersion', { Version: 1, AliasesToAdd: ['latest'] }],
    error: beingCreated,
  },
  'UpdateImageVersion of a version that is CREATING, as an invalid state under a switch': {
    settings: { switches: { updateWhileCreating: 'ValidationException' } },
    before: [image],
    during: version(),
    call: ['UpdateImageVersion', { Version: 1, AliasesToAdd: ['latest'] }],
    error: brokenVersion,
  },
  'UpdateImage of an image that is UPDATING': {
    before: [image],
    during: ['UpdateImage'],
    call: ['UpdateImage'],
    error: inUse('Image my-image is in use: its status is UPDATING.'),
  },
  'UpdateImage that deletes a required property': {
    call: ['UpdateImage', { DeleteProperties: ['RoleArn'] }],
    error: invalid(
      "1 validation error detected: Value '[RoleArn]' at 'deleteProperties' failed to satisfy constraint: Member must " +
        'satisfy constraint: [Member must have length less than or equal to 11, Member must have length greater than or ' +
        'equal to 1, Member must satisfy regular expression pattern: (^DisplayName$)|(^Description$)]',
    ),
  },
  'UpdateImage that deletes more properties than there are': {
    call: ['UpdateImage', { DeleteProperties: ['DisplayName', 'Description', 'DisplayName'] }],
    error: invalid(
      "1 validation error detected: Value '[DisplayName, Description, DisplayName]' at 'deleteProperties' failed to " +
        'satisfy constraint: Member must have length less than or equal to 2',
    ),
  },
};

test.each(Object.entries(refusals))(
  'SageMaker refuses %s',
  async (_name, { settings, before = [], during, call, error }) => {
    const { clock, post } = await open(settings);
    let calls = 0;
    const make = ([operation, input]: Call) => {
      calls += 1;
      return post(operation, { ImageName: 'my-image', ClientToken: `token-${calls}`, ...input });
    };
    for (const each of before) {
      expect(await make(each)).toMatchObject({ status: 200 });
      clock.advance(STATUS_MS);
    }
    if (during !== undefined) expect(await make(during)).toMatchObject({ status: 200 });

    const { status, body } = await make(call);

    expect(status).toBe(400);
    expect(body).toEqual(error);
  },
);

test.each([
  ['ImageName', 'a--b', 'satisfy regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}'],
  ['BaseImage', '', 'have length greater than or equal to 1'],
  ['BaseImage', 'a\nb', 'satisfy regular expression pattern: .*'],
  ['BaseImage', 'a'.repeat(256), 'have length less than or equal to 255'],
  ['ClientToken', 'a_b', 'satisfy regular expression pattern: [a-zA-Z0-9-]+'],
  ['JobType', 'OTHER', 'satisfy enum value set: [TRAINING, INFERENCE, NOTEBOOK_KERNEL]'],
  ['Processor', 'TPU', 'satisfy enum value set: [CPU, GPU]'],
  ['VendorGuidance', '', 'satisfy enum value set: [NOT_PROVIDED, STABLE, TO_BE_ARCHIVED, ARCHIVED]'],
  ['MLFramework', 'TensorFlow', 'satisfy regular expression pattern: [a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?'],
  ['ProgrammingLang', '3.8', 'satisfy regular expression pattern: [a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?'],
  ['ReleaseNotes', 'a'.repeat(256), 'have length less than or equal to 255'],
  ...['-latest', '.latest', 'a b', '', 'a'.repeat(129)].map((alias): [string, string[], string] => [
    'Aliases',
    ['good', alias],
    'satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or ' +
      'equal to 1, Member must satisfy regular expression pattern: (?!^[.-])^([a-zA-Z0-9-_.]+)]',
  ]),
])('CreateImageVersion refuses %s %j: it must %s', async (member, value, constraint) => {
  const { post } = await open();
  const at = member.replace(/^./, (letter) => letter.toLowerCase());
  const shown = typeof value === 'string' ? value : `[${value.join(', ')}]`;

  const [operation, input] = version({ ImageName: 'my-image', ClientToken: 'token', [member]: value });
  const { status, body } = await post(operation, input ?? {});

  expect(status).toBe(400);
  expect(body).toEqual(
    invalid(
      `1 validation error detected: Value '${shown}' at '${at}' failed to satisfy constraint: Member must ${constraint}`,
    ),
  );
});
