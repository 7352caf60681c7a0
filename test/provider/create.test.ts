import { denied, marker, notCreated, own, ownership, sibling, unconfirmed } from '../support/provider/aliases.ts';
import { baseImage, imageVersion, issuedAt, responseUrl, versionArn } from '../support/provider/builders.ts';
import {
  accessDenied,
  failing,
  inUse,
  succeeds,
  throttled,
  unreachable,
} from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  type Case,
  create,
  creates,
  failed,
  simulate,
  succeeded,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const earlier = ownership({ RequestId: 'earlier' });
const unknownArn = 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image';

describe('A Create', () => {
  test.each<Case>([
    {
      name: 'makes a version with its ownership alias, the declared aliases and metadata, but not Revision',
      request: create({ Alias: 'latest', Aliases: ['1.4'], Horovod: 'false', Processor: 'GPU', Revision: '7' }),
      answer: succeeded(1),
      after: { 1: [own, 'latest', '1.4'] },
      writes: [creates({ Aliases: [own, 'latest', '1.4'], Horovod: false, Processor: 'GPU' })],
      asked: [],
      logs: { warn: [], error: [] },
    },
    {
      // ContainerImage is there only when a version is CREATED.
      name: 'answers when the version is CREATED, and not before',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'CREATING', 'CREATED'),
      answer: succeeded(1),
      after: { 1: [own] },
      takesMs: [3_000, 3_001],
    },
    {
      name: 'looks at the number in the ARN, whoever makes a later version meanwhile',
      request: create(),
      faults: ({ imageVersions }) =>
        imageVersions.next('describeImageVersion', {
          meanwhile: () => imageVersions.add(imageVersion({ Version: 2 })),
        }),
      answer: succeeded(1),
      after: { 1: [own], 2: [] },
    },
    {
      name: 'finds its version under an ARN in another case than the template',
      request: create({ ImageName: 'My-Image' }),
      port: ({ imageVersions }) => ({
        createImageVersion: async (input) => (await imageVersions.createImageVersion(input)).replace('My-I', 'my-i'),
      }),
      answer: succeeded(1, baseImage, 'My-Image'),
      after: { 'My-Image/1': [own] },
    },
    {
      name: 'goes on with the version that an earlier delivery has made',
      request: create(),
      before: { 1: [own] },
      answer: succeeded(1),
      writes: [],
    },
    {
      name: 'adds the aliases that an earlier delivery has not added',
      request: create({ Alias: 'latest' }),
      before: { 1: [own] },
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'removes the marker from a version that gets its alias back',
      request: create({ Alias: 'latest' }),
      before: { 1: [own, marker('latest', 9)] },
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'does not adopt a version that another request of the resource has made',
      request: create(),
      before: { 1: [earlier] },
      answer: succeeded(2),
      after: { 1: [earlier], 2: [own] },
    },
    {
      name: 'does not adopt the version of an earlier request under the same RequestId',
      request: create({}, { ResponseURL: responseUrl(issuedAt + 120_000) }),
      latenessMs: 120_000,
      before: { 1: [own] },
      answer: succeeded(2),
      after: { 1: [own], 2: [expect.stringMatching(/^cfn-/)] },
    },
    {
      name: 'takes the alias of a sibling when its own version is CREATED',
      request: create({ Alias: 'latest', Aliases: ['new'] }),
      before: { 1: [sibling, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'CREATED'),
      answer: succeeded(2),
      after: { 1: [sibling, marker('latest', 2)], 2: [own, 'new', 'latest'] },
      writes: [
        creates({ Aliases: [own, 'new'] }),
        updates(1, { AliasesToDelete: ['latest'], AliasesToAdd: [marker('latest', 2)] }),
        updates(2, { AliasesToAdd: ['latest'] }),
      ],
    },
    {
      name: 'finds the version of a call whose answer was lost',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.next('createImageVersion', { losesAnswer: unreachable() }),
      answer: succeeded(1),
      after: { 1: [own] },
      writes: [creates({ Aliases: [own] })],
    },
    {
      name: 'waits for a version that does not show itself at once',
      request: create(),
      port: ({ clock, imageVersions }) => ({
        describeImageVersion: async (version) =>
          clock.now() < issuedAt + 9_000 ? undefined : imageVersions.describeImageVersion(version),
      }),
      answer: succeeded(1),
      after: { 1: [own] },
    },
  ])('$name', verify);

  test.each([
    ['throttles', throttled()],
    ['says that the image is being modified', modified()],
    ['cannot be reached', unreachable()],
    ['fails', failing()],
  ])('calls again, with the same token, when SageMaker %s', async (_what, refuses) => {
    const { deliver, imageVersions } = simulate({ request: create() });
    imageVersions.next('createImageVersion', { refuses }, { refuses });

    expect(await deliver()).toEqual(succeeded(1));

    const [first, ...others] = imageVersions.writes();
    expect(others).toEqual([first, first]);
  });

  test('has another token for other parameters, and for another request', async () => {
    const requests = [create(), create({ Alias: 'latest' }), create({}, { RequestId: 'another' })];
    const tokens = requests.map(async (request) => {
      const { deliver, imageVersions } = simulate({ request });
      await deliver();
      return imageVersions.writes();
    });

    expect(new Set((await Promise.all(tokens)).flat().map(({ input }) => Reflect.get(input, 'ClientToken'))).size).toBe(
      3,
    );
  });
});

describe('A Create that fails', () => {
  test.each<Case>([
    {
      name: 'answers with FailureReason, and removes the version',
      request: create({ Alias: 'latest' }),
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'CREATE_FAILED'),
      answer: failed(notCreated, reasons.creationFailed(1)),
      after: {},
      logs: { error: [1] },
    },
    {
      name: 'says that SageMaker gives no FailureReason',
      request: create(),
      port: () => ({ describeImageVersion: async () => imageVersion({ ImageVersionStatus: 'CREATE_FAILED' }) }),
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: failed(
        versionArn(1),
        reasons.creationFailed(1, baseImage, 'none given') + reasons.notRemoved(reasons.notAuthorized),
      ),
      after: { 1: [own] },
    },
    {
      name: 'answers with the ARN of a version that it cannot remove, for the Delete that follows',
      request: create(),
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATE_FAILED');
        imageVersions.always('deleteImageVersion', { refuses: accessDenied() });
      },
      answer: failed(versionArn(1), reasons.creationFailed(1) + reasons.notRemoved(reasons.notAuthorized)),
      after: { 1: [own] },
      logs: { error: [1, 'AccessDenied'] },
    },
    {
      name: 'gives a version ten seconds to show itself',
      request: create(),
      port: () => ({ describeImageVersion: async () => undefined }),
      answer: failed(unconfirmed, reasons.goneBeforeCreated(1)),
      after: { 1: [own] },
      takesMs: [10_000, 12_000],
    },
    {
      name: 'says that it has not seen the version when the time runs out before that',
      request: create({ ServiceTimeout: '10' }),
      port: () => ({ describeImageVersion: async () => undefined }),
      answer: failed(unconfirmed, reasons.stillChanging(1, 'not to be found')),
      after: { 1: [own] },
    },
    {
      name: 'warns, but does not alarm, of a version that has vanished',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'gone'),
      answer: failed(notCreated, reasons.goneBeforeCreated(1)),
      after: {},
      logs: { warn: [1], error: [] },
    },
    {
      name: 'leaves nothing when SageMaker refuses for good',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.always('createImageVersion', { refuses: accessDenied() }),
      answer: failed(notCreated, reasons.notAuthorized),
      after: {},
      writes: [creates({ Aliases: [own] })],
    },
    {
      name: 'says in its id that it was not allowed to look, when no earlier delivery was either',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: failed(denied, reasons.notAuthorized),
      after: {},
      writes: [],
    },
    {
      name: 'is unconfirmed when an earlier delivery may have been allowed to look',
      request: create(),
      latenessMs: 60_000,
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: failed(unconfirmed, reasons.notAuthorized),
      after: {},
      writes: [],
    },
    {
      name: 'is unconfirmed when it is denied after a call that SageMaker never answered',
      request: create(),
      faults: ({ imageVersions }) =>
        imageVersions.next('createImageVersion', {
          meanwhile: () => imageVersions.always('listAliases', { refuses: accessDenied() }),
          refuses: unreachable(),
        }),
      answer: failed(unconfirmed, reasons.notAuthorized),
      after: {},
    },
    {
      name: 'removes what a call without an answer has made',
      request: create(),
      faults: ({ imageVersions }) => {
        imageVersions.next('createImageVersion', { losesAnswer: unreachable() });
        imageVersions.next('listAliases', succeeds, { refuses: accessDenied() });
      },
      answer: failed(notCreated, reasons.notAuthorized),
      after: {},
    },
    {
      name: 'removes what an earlier delivery has made, though it cannot list its alias',
      request: create(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.next('listAliases', { refuses: accessDenied() }),
      answer: failed(notCreated, reasons.notAuthorized),
      after: {},
    },
    {
      name: 'waits a minute for an alias on a version that no stack has made, and then makes nothing',
      request: create({ Alias: 'latest' }),
      before: { 1: ['latest'] },
      answer: failed(notCreated, reasons.aliasesElsewhere(['latest', 1, 'no stack'])),
      takesMs: [60_000, 80_000],
      writes: [],
    },
    {
      name: 'returns the aliases that it has taken',
      request: create({ Alias: 'latest' }),
      before: { 1: [sibling, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', succeeds, { refuses: accessDenied() }),
      answer: failed(notCreated, reasons.notAuthorized),
    },
    {
      name: 'touches no alias for a version that is gone, and says so',
      request: create({ Alias: 'latest' }),
      before: { 1: [sibling, 'latest'] },
      port: ({ imageVersions }) => ({
        describeImageVersion: async (version) => {
          const described = await imageVersions.describeImageVersion(version);
          imageVersions.vanish(2);
          return described;
        },
      }),
      answer: failed(notCreated, reasons.goneBeforeAliases(2)),
    },
    {
      name: 'does not believe an ARN of unknown form',
      request: create(),
      port: () => ({ createImageVersion: async () => unknownArn }),
      answer: failed(expect.any(String), expect.stringMatching(`^${reasons.unknownArn(unknownArn)}`)),
      after: {},
      logs: { error: [unknownArn] },
    },
    {
      name: 'tries again to find the version of an ownership alias that it has listed',
      request: create({ ServiceTimeout: '10' }),
      before: { 1: [own] },
      port: () => ({ describeImageVersionByAlias: async () => undefined }),
      answer: failed(unconfirmed, reasons.triedAgain(reasons.holderUnseen(own))),
    },
    {
      name: 'does not put a defect of the provider into the Reason, but into the log',
      request: create(),
      faults: ({ imageVersions }) =>
        imageVersions.next('describeImageVersion', { refuses: new TypeError('x is not a function') }),
      answer: failed(notCreated, reasons.defect),
      after: {},
      logs: { error: [1, 'InternalFailure'] },
    },
    {
      name: 'answers in time, and removes a version that takes too long',
      request: create({ ServiceTimeout: '60' }),
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATING');
        imageVersions.whenDeleted('DELETING', 'DELETING', 'DELETING', 'gone');
      },
      answer: failed(notCreated, reasons.stillChanging(1, 'CREATING')),
      after: {},
      takesMs: [42_000, 54_000],
    },
    {
      name: 'answers in time with the ARN when the removal takes too long as well',
      request: create({ ServiceTimeout: '60' }),
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATING');
        imageVersions.whenDeleted('DELETING');
      },
      answer: failed(
        versionArn(1),
        reasons.stillChanging(1, 'CREATING') + reasons.notRemoved(reasons.stillChanging(1, 'DELETING')),
      ),
      after: { 1: [own] },
      takesMs: [42_000, 55_000],
    },
    {
      name: 'is unconfirmed when it cannot even look for what it may have made',
      request: create({ ServiceTimeout: '10' }),
      faults: ({ imageVersions }) => {
        imageVersions.always('createImageVersion', { refuses: unreachable() });
        imageVersions.always('describeImageVersionByAlias', { refuses: accessDenied() });
      },
      answer: failed(unconfirmed, reasons.triedAgain(reasons.notReached, reasons.notLookedUp(reasons.notAuthorized))),
      after: {},
    },
  ])('$name', verify);

  test.each([
    ['cannot be reached', unreachable(), unconfirmed],
    ['fails', failing(), unconfirmed],
    ['throttles', throttled(), notCreated],
    ['says that the image is being modified', modified(), notCreated],
  ])('leaves what it must when SageMaker %s until the time has run out', async (_what, refuses, id) => {
    const { deliver, imageVersions } = simulate({ request: create({ ServiceTimeout: '10' }) });
    imageVersions.always('createImageVersion', { refuses });

    expect(await deliver()).toEqual(failed(id, reasons.triedAgain(refuses.message)));
  });
});
