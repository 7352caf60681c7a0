/**
 * The protocol never says that a stack rolls back. After a failed replacement CloudFormation sends an Update from the
 * new properties to the old; after one that worked it may send that too, with the id of the new version.
 */
import { marker, own, ownership, sibling } from '../support/provider/aliases.ts';
import { baseImage, imageVersion, issuedAt, updateRequest, versionArn } from '../support/provider/builders.ts';
import { accessDenied, type FakeImageVersions } from '../support/provider/fake-image-versions.ts';
import { type Case, succeeded, update, verify } from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const goingOn = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt };
const latest = { Alias: 'latest' };
const { RequestId } = updateRequest();
/** On what the Update that is rolled back has made. */
const failedUpdate = { RequestId: 'the-update-that-failed' };
const replacement = ownership(failedUpdate, 1);
const other = (predecessor: number) => ownership({ LogicalResourceId: 'Other' }, predecessor);
/** From before the stack operation, or since it began: CreationTime has a resolution of a second. */
const older = { CreationTime: new Date(issuedAt - 1_001) };
const newer = { CreationTime: new Date(issuedAt - 1_000) };

describe('A rollback of a replacement that failed', () => {
  const request = update({}, { BaseImage: newBase });
  const before = { 1: [own], 2: [replacement] };
  const withoutReplacement = { 1: [own] };
  /** The failed replacement goes on while it is being removed, and takes an alias of the sibling. */
  const takesAlias = (imageVersions: FakeImageVersions) => () => {
    imageVersions.vanish(3);
    imageVersions.add(imageVersion({ Version: 3 }), sibling, marker('latest', 2));
  };

  test.each<Case>([
    {
      name: 'makes no version, and asks nothing, when the new one never came to be',
      request,
      before: withoutReplacement,
      answer: succeeded(1),
      writes: [],
      asked: [],
    },
    {
      name: 'removes the new version, and warns of it',
      request,
      before,
      answer: succeeded(1),
      after: withoutReplacement,
      logs: { warn: [2], error: [] },
    },
    {
      name: 'removes a version from the second in which the operation began',
      request,
      before,
      details: { 2: newer },
      answer: succeeded(1),
      after: withoutReplacement,
    },
    {
      name: "takes the old version's aliases back",
      request: update(latest, { ...latest, BaseImage: newBase }),
      before: { 1: [own, marker('latest', 2)], 2: [replacement, 'latest'] },
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'returns what the new version has taken from a sibling',
      request: update({}, { ...latest, BaseImage: newBase }),
      before: { ...before, 2: [replacement, 'latest'], 3: [sibling, marker('latest', 2)] },
      answer: succeeded(1),
      after: { ...withoutReplacement, 3: [sibling, 'latest'] },
    },
    {
      name: 'returns what the new version takes while it is being removed',
      request: update({}, { ...latest, BaseImage: newBase }),
      before: { ...before, 3: [sibling, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.next('deleteImageVersion', { meanwhile: takesAlias(imageVersions) }),
      answer: succeeded(1),
      after: { ...withoutReplacement, 3: [sibling, 'latest'] },
    },
    {
      name: 'returns what the new version takes while its removal fails',
      request: update({}, { ...latest, BaseImage: newBase }),
      before: { ...before, 3: [sibling, 'latest'] },
      faults: ({ imageVersions }) =>
        imageVersions.next('deleteImageVersion', { meanwhile: takesAlias(imageVersions), refuses: accessDenied() }),
      answer: succeeded(1),
      after: { ...before, 3: [sibling, 'latest'] },
      isRepeatable: false,
    },
    {
      name: 'removes the new version from another image',
      request: update({}, { ImageName: 'another-image' }),
      before: { 1: [own], 'another-image/5': [ownership(failedUpdate)] },
      answer: succeeded(1),
      after: withoutReplacement,
    },
    {
      name: 'does not look in an image whose name is invalid',
      request: update({}, { ImageName: 'not--valid' }),
      before,
      port: ({ imageVersions }) => ({
        listAliases: async (version) => {
          if (version.ImageName === 'not--valid') throw accessDenied();
          return imageVersions.listAliases(version);
        },
      }),
      answer: succeeded(1),
      writes: [],
      logs: { error: [] },
    },
    {
      name: 'succeeds when it may not look in the image of the new version, and logs that',
      request: update({}, { ImageName: 'another-image' }),
      before,
      port: ({ imageVersions }) => ({
        listAliases: async (version) => {
          if (version.ImageName === 'another-image') throw accessDenied();
          return imageVersions.listAliases(version);
        },
      }),
      answer: succeeded(1),
      logs: { error: ['another-image', 'AccessDenied'] },
    },
    {
      name: 'succeeds when SageMaker refuses to delete the new version, and logs that',
      request,
      before,
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: succeeded(1),
      logs: { error: [2, 'AccessDenied'] },
      isRepeatable: false,
    },
    {
      name: 'removes the next one when SageMaker refuses to delete one of several',
      request,
      before: { ...before, 3: [ownership({ RequestId: 'another' }, 1)] },
      faults: ({ imageVersions }) => imageVersions.next('deleteImageVersion', { refuses: accessDenied() }),
      answer: succeeded(1),
      after: before,
      isRepeatable: false,
    },
    {
      name: 'undoes a change of Revision alone',
      request: update({ Revision: '1' }, { Revision: '2' }),
      before,
      details: { 1: older },
      answer: succeeded(1),
      after: withoutReplacement,
    },
  ])('$name', (expected) => verify({ operation, ...expected }));

  test.each([
    ['from before the operation', { details: { 2: older } }],
    ['with another predecessor', { before: { 1: [own], 2: [ownership(failedUpdate, 7)] } }],
    ['of another resource', { before: { 1: [own], 2: [other(1)] } }],
    ['without an ownership alias', { before: { 1: [own], 2: ['latest'] } }],
    ['when the stack goes on', { operation: goingOn }],
  ])('leaves a version %s', async (name, there) => {
    await verify({ name, request, before, operation, ...there, answer: succeeded(1), writes: [] });
  });

  test('leaves everything when CloudFormation does not say that the stack rolls back', async () => {
    await verify({ name: 'not told', request, before, answer: succeeded(1), writes: [] });
  });
});

describe('A change of Revision', () => {
  const request = update({ Revision: '1' }, { Revision: '2' });
  const replaced = { answer: succeeded(2), after: { 1: [own], 2: [ownership({ RequestId }, 1)] } };

  test.each<Omit<Case, 'request' | 'before'>>([
    {
      name: 'when the rollback comes to a version that the operation has made',
      operation,
      details: { 1: newer },
      ...replaced,
    },
    { name: 'when the stack goes on', operation: goingOn, details: { 1: older }, ...replaced },
    { name: 'when CloudFormation does not say', details: { 1: older }, ...replaced },
  ])('replaces $name', (expected) => verify({ request, before: { 1: [own] }, ...expected }));

  test.each<Case>([
    {
      name: 'replaces when BaseImage changes as well',
      request: update({ Revision: '1', BaseImage: newBase }, { Revision: '2' }),
      operation,
      ...replaced,
      answer: succeeded(2, newBase),
    },
    {
      name: 'replaces when ImageName changes as well',
      request: update({ Revision: '1', ImageName: 'another-image' }, { Revision: '2' }),
      operation,
      answer: succeeded(1, baseImage, 'another-image'),
      after: { 1: [own], 'another-image/1': [ownership({ RequestId })] },
    },
    {
      name: 'is not asked about when the metadata alone change',
      request: update({ ReleaseNotes: 'new' }),
      operation,
      answer: succeeded(1),
      asked: [],
    },
  ])('$name', (expected) => verify({ before: { 1: [own] }, details: { 1: older }, ...expected }));
});

describe('A rollback of a replacement that worked', () => {
  const second = ownership({ RequestId: 'second' }, 1);
  const PhysicalResourceId = versionArn(2);
  const back = update({}, { BaseImage: newBase }, { PhysicalResourceId });
  const before = { 1: [own], 2: [second] };
  const details = { 2: { BaseImage: newBase } };
  const anew = ownership({ RequestId }, 2);

  test.each<Case>([
    {
      name: 'returns to the version that was replaced',
      request: back,
      answer: succeeded(1),
      writes: [],
    },
    {
      name: "takes that version's aliases back",
      request: update(latest, { ...latest, BaseImage: newBase }, { PhysicalResourceId }),
      before: { 1: [own, marker('latest', 2)], 2: [second, 'latest'] },
      answer: succeeded(1),
      after: { 1: [own, 'latest'], 2: [second, marker('latest', 1)] },
    },
  ])('$name', (expected) => verify({ before, details, operation, ...expected }));

  test.each<[string, Partial<Case>]>([
    ['goes on', { operation: goingOn }],
    ['has replaced none', { before: { ...before, 2: [ownership({ RequestId: 'second' })] } }],
    ['has a current version of another resource', { before: { ...before, 2: [other(1)] } }],
    ['has a current version without an ownership alias', { before: { ...before, 2: [] } }],
    ['has lost the predecessor', { before: { 2: [second] } }],
    ['has a predecessor that is DELETING', { details: { ...details, 1: { ImageVersionStatus: 'DELETING' } } }],
    ['has a predecessor of another BaseImage', { details: { ...details, 1: { BaseImage: 'another' } } }],
    ['has a predecessor of another resource', { before: { ...before, 1: [other(0)] } }],
  ])('makes a version when the stack %s', async (name, there) => {
    const expected = { before, details, operation, ...there };
    await verify({ name, request: back, ...expected, answer: succeeded(3), after: { ...expected.before, 3: [anew] } });
  });

  test('makes a version when CloudFormation does not say that the stack rolls back', async () => {
    await verify({
      name: 'not told',
      request: back,
      before,
      details,
      answer: succeeded(3),
      after: { ...before, 3: [anew] },
    });
  });
});

describe('A rollback from another image', () => {
  const name = 'another-image';
  const request = update({ ImageName: name });
  const made = (by: string) => [ownership({ RequestId: by })];

  test('returns to the newest version from before the operation', async () => {
    await verify({
      name,
      request,
      operation,
      before: {
        1: [own],
        'another-image/3': made('third'),
        'another-image/4': made('fourth'),
        'another-image/5': made('fifth'),
      },
      details: { 'another-image/3': older, 'another-image/4': older, 'another-image/5': newer },
      answer: succeeded(4, baseImage, name),
      writes: [],
    });
  });

  test.each<[string, object, string[]]>([
    ['was made in the operation', newer, made('third')],
    ['is DELETING', { ...older, ImageVersionStatus: 'DELETING' }, made('third')],
    ['has another BaseImage', { ...older, BaseImage: 'another' }, made('third')],
    ["is not the resource's own", older, [other(0)]],
  ])('makes a version when the only one there %s', async (_what, version, aliases) => {
    const before = { 1: [own], 'another-image/3': aliases };
    await verify({
      name,
      request,
      operation,
      before,
      details: { 'another-image/3': version },
      answer: succeeded(4, baseImage, name),
      after: { ...before, 'another-image/4': made(RequestId) },
    });
  });
});
