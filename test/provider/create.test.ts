import { denied, marker, notCreated, own, ownership, sibling, unconfirmed } from '../support/provider/aliases.ts';
import { baseImage, imageVersion, issuedAt, responseUrl, versionArn } from '../support/provider/builders.ts';
import {
  accessDenied,
  failing,
  inUse,
  invalidState,
  succeeds,
  throttled,
  unreachable,
} from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  create,
  creates,
  failed,
  listsUntil,
  refusesToChange,
  simulate,
  succeeded,
  testEach,
  updates,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const earlier = ownership({ RequestId: 'earlier' });
const unknownArn = 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image';

describe('A Create', () => {
  testEach(create(), {
    'makes a version with its ownership alias, the declared aliases and metadata, but not Revision': {
      request: create({ Alias: 'latest', Aliases: ['1.4'], Horovod: 'false', Processor: 'GPU', Revision: '7' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'latest', '1.4'] },
        writes: [creates({ Aliases: [own, 'latest', '1.4'], Horovod: false, Processor: 'GPU' })],
        asked: [],
        logs: { warn: [], error: [] },
      },
    },
    // ContainerImage is there only when a version is CREATED.
    'answers when the version is CREATED, and not before': {
      given: { whenCreated: ['CREATING', 'CREATING', 'CREATED'] },
      expected: { answer: succeeded(1), after: { 1: [own] }, takesMs: [3_000, 3_001] },
    },
    'looks at the number in the ARN, whoever makes a later version meanwhile': {
      given: {
        faults: ({ imageVersions }) =>
          imageVersions.next('describeImageVersion', {
            meanwhile: () => imageVersions.add(imageVersion({ Version: 2 })),
          }),
      },
      expected: { answer: succeeded(1), after: { 1: [own], 2: [] } },
    },
    'finds its version under an ARN in another case than the template': {
      given: {
        port: ({ imageVersions }) => ({
          createImageVersion: async (input) => (await imageVersions.createImageVersion(input)).replace('My-I', 'my-i'),
        }),
      },
      request: create({ ImageName: 'My-Image' }),
      expected: { answer: succeeded(1, baseImage, 'My-Image'), after: { 'My-Image/1': [own] } },
    },
    'goes on with the version that an earlier delivery has made': {
      given: { before: { 1: [own] } },
      expected: { answer: succeeded(1), writes: [] },
    },
    'adds the aliases that an earlier delivery has not added': {
      given: { before: { 1: [own] } },
      request: create({ Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
    },
    'removes the marker from a version that gets its alias back': {
      given: { before: { 1: [own, marker('latest', 9)] } },
      request: create({ Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
    },
    'does not adopt a version that another request of the resource has made': {
      given: { before: { 1: [earlier] } },
      expected: { answer: succeeded(2), after: { 1: [earlier], 2: [own] } },
    },
    'does not adopt the version of an earlier request under the same RequestId': {
      given: { latenessMs: 120_000, before: { 1: [own] } },
      request: create({}, { ResponseURL: responseUrl(issuedAt + 120_000) }),
      expected: { answer: succeeded(2), after: { 1: [own], 2: [expect.stringMatching(/^cfn-/)] } },
    },
    'takes the alias of a sibling when its own version is CREATED': {
      given: { before: { 1: [sibling, 'latest'] }, whenCreated: ['CREATING', 'CREATED'] },
      request: create({ Alias: 'latest', Aliases: ['new'] }),
      expected: {
        answer: succeeded(2),
        after: { 1: [sibling, marker('latest', 2)], 2: [own, 'new', 'latest'] },
        writes: [
          creates({ Aliases: [own, 'new'] }),
          updates(1, { AliasesToDelete: ['latest'], AliasesToAdd: [marker('latest', 2)] }),
          updates(2, { AliasesToAdd: ['latest'] }),
        ],
      },
    },
    'waits until SageMaker lists the ownership alias of its version, before it takes aliases': {
      given: {
        before: { 1: [sibling, 'latest'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version, retry) => {
            const listed = await imageVersions.listAliases(version, retry);
            return version.Version === 2 && clock.now() < issuedAt + 20_000 ? [] : listed;
          },
        }),
      },
      request: create({ Alias: 'latest' }),
      expected: {
        answer: succeeded(2),
        after: { 1: [sibling, marker('latest', 2)], 2: [own, 'latest'] },
        takesMs: [20_000, 30_000],
        isRepeatable: false,
      },
    },
    'goes on with the version of an earlier delivery that SageMaker does not list yet': {
      given: {
        latenessMs: 60_000,
        before: { 1: [own, 'latest'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version, retry) =>
            clock.now() < issuedAt + 80_000 ? [] : imageVersions.listAliases(version, retry),
        }),
      },
      request: create({ Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [20_000, 40_000] },
    },
    'finds the version of a call whose answer was lost': {
      given: { next: { createImageVersion: [{ losesAnswer: unreachable() }] } },
      expected: { answer: succeeded(1), after: { 1: [own] }, writes: [creates({ Aliases: [own] })] },
    },
    'waits for an image that SageMaker is still creating': {
      given: { next: { createImageVersion: [invalidState(), invalidState(), invalidState()] } },
      expected: { answer: succeeded(1), after: { 1: [own] }, takesMs: [1, 60_000] },
    },
    'waits for a version that SageMaker shows only sometimes at first': {
      given: {
        whenCreated: ['CREATING', 'CREATED'],
        port: ({ clock, imageVersions }) => {
          const isHidden = () => clock.now() > issuedAt && clock.now() < issuedAt + 5_000;
          return {
            describeImageVersion: async (version) =>
              isHidden() ? undefined : imageVersions.describeImageVersion(version),
            listAliases: async (version) => (isHidden() ? [] : imageVersions.listAliases(version)),
          };
        },
      },
      expected: { answer: succeeded(1), after: { 1: [own] }, isRepeatable: false },
    },
    'waits for a version that does not show itself at once': {
      given: {
        port: ({ clock, imageVersions }) => ({
          describeImageVersion: async (version) =>
            clock.now() < issuedAt + 9_000 ? undefined : imageVersions.describeImageVersion(version),
        }),
      },
      expected: { answer: succeeded(1), after: { 1: [own] } },
    },
  });

  test.each([
    ['throttles', throttled()],
    ['says that the image is being modified', modified()],
    ['cannot be reached', unreachable()],
    ['fails', failing()],
  ])('calls again, with the same token, when SageMaker %s', async (_what, refuses) => {
    const { deliver, imageVersions } = simulate(create(), { next: { createImageVersion: [refuses, refuses] } });

    expect(await deliver()).toEqual(succeeded(1));

    const [first, ...others] = imageVersions.writes();
    expect(others).toEqual([first, first]);
  });

  test('has another token for other parameters, and for another request', async () => {
    const requests = [create(), create({ Alias: 'latest' }), create({}, { RequestId: 'another' })];
    const tokens = requests.map(async (request) => {
      const { deliver, imageVersions } = simulate(request);
      await deliver();
      return imageVersions
        .writes()
        .map(({ input }) => Reflect.get(input, 'ClientToken'))
        .join();
    });

    expect(new Set(await Promise.all(tokens)).size).toBe(3);
  });
});

describe('A Create that fails', () => {
  testEach(create(), {
    'answers with FailureReason, and removes the version': {
      given: { whenCreated: ['CREATING', 'CREATE_FAILED'] },
      request: create({ Alias: 'latest' }),
      expected: { answer: failed(notCreated, reasons.creationFailed(1)), after: {}, logs: { error: [1] } },
    },
    // In a rollback, the sibling wanted the alias, and the failed version could not give it.
    'returns an alias of the failed version, which SageMaker does not change, when that is gone': {
      given: {
        whenCreated: ['CREATE_FAILED'],
        before: { 1: [sibling] },
        port: refusesToChange(2),
        faults: ({ imageVersions }) =>
          imageVersions.next('describeImageVersion', {
            meanwhile: () => {
              imageVersions.vanish(1);
              imageVersions.add(imageVersion({ Version: 1 }), sibling, marker('latest', 2));
            },
          }),
      },
      request: create({ Alias: 'latest' }),
      expected: { answer: failed(notCreated, reasons.creationFailed(2)), after: { 1: [sibling, 'latest'] } },
    },
    'says that SageMaker gives no FailureReason': {
      given: {
        port: () => ({ describeImageVersion: async () => imageVersion({ ImageVersionStatus: 'CREATE_FAILED' }) }),
        always: { deleteImageVersion: accessDenied() },
      },
      expected: {
        answer: failed(
          versionArn(1),
          reasons.creationFailed(1, baseImage, 'none given') + reasons.notRemoved(1, reasons.notAuthorized),
        ),
        after: { 1: [own] },
      },
    },
    'answers with the ARN of a version that it cannot remove, for the Delete that follows': {
      given: { whenCreated: ['CREATE_FAILED'], always: { deleteImageVersion: accessDenied() } },
      expected: {
        answer: failed(versionArn(1), reasons.creationFailed(1) + reasons.notRemoved(1, reasons.notAuthorized)),
        after: { 1: [own] },
        logs: { error: [1, 'AccessDenied'] },
      },
    },
    'gives a version ten seconds to show itself, and looks again': {
      given: { whenCreated: ['gone'] },
      expected: {
        answer: failed(notCreated, reasons.goneBeforeCreated(1)),
        after: {},
        takesMs: [16_000, 18_000],
      },
    },
    'waits for a version that SageMaker does not describe for 20 s, because it lists its alias': {
      given: {
        port: ({ clock, imageVersions }) => ({
          describeImageVersion: async (version) =>
            clock.now() < issuedAt + 20_000 ? undefined : imageVersions.describeImageVersion(version),
        }),
      },
      expected: { answer: succeeded(1), after: { 1: [own] }, takesMs: [20_000, 26_000] },
    },
    'does not take one answer for the end of a version that it creates': {
      given: {
        whenCreated: ['CREATING', 'CREATED'],
        port: ({ clock, imageVersions }) => ({
          describeImageVersion: async (version) => {
            const described = await imageVersions.describeImageVersion(version);
            return clock.now() > issuedAt && clock.now() < issuedAt + 2_000 ? undefined : described;
          },
        }),
      },
      expected: { answer: succeeded(1), after: { 1: [own] } },
    },
    'names the version in its id when the time runs out before it has seen it': {
      given: { port: () => ({ describeImageVersion: async () => undefined }) },
      request: create({ ServiceTimeout: '10' }),
      expected: {
        answer: failed(
          versionArn(1),
          reasons.stillChanging(1, 'missing') + reasons.notRemoved(1, reasons.stillChanging(1, 'missing')),
        ),
        after: { 1: [own] },
      },
    },
    'warns, but does not alarm, of a version that has vanished': {
      given: { whenCreated: ['CREATING', 'gone'] },
      expected: { answer: failed(notCreated, reasons.goneBeforeCreated(1)), after: {}, logs: { warn: [1], error: [] } },
    },
    'tries for a minute when SageMaker finds the call invalid, because the image may be the reason': {
      given: { always: { createImageVersion: invalidState() } },
      expected: { answer: failed(notCreated, invalidState().message), after: {}, takesMs: [60_000, 75_000] },
    },
    'leaves nothing when SageMaker refuses for good': {
      given: { always: { createImageVersion: accessDenied() } },
      expected: { answer: failed(notCreated, reasons.notAuthorized), after: {}, writes: [creates({ Aliases: [own] })] },
    },
    'says in its id that it was not allowed to look, when no earlier delivery was either': {
      given: { always: { listAliases: accessDenied() } },
      expected: { answer: failed(denied, reasons.notAuthorized), after: {}, writes: [] },
    },
    'is unconfirmed when an earlier delivery may have been allowed to look': {
      given: { latenessMs: 60_000, always: { listAliases: accessDenied() } },
      expected: { answer: failed(unconfirmed, reasons.notAuthorized), after: {}, writes: [] },
    },
    'is unconfirmed when it is denied after a call that SageMaker never answered': {
      given: {
        faults: ({ imageVersions }) =>
          imageVersions.next('createImageVersion', {
            meanwhile: () => imageVersions.always('listAliases', { refuses: accessDenied() }),
            refuses: unreachable(),
          }),
      },
      expected: { answer: failed(unconfirmed, reasons.notAuthorized), after: {} },
    },
    'removes what a call without an answer has made': {
      given: {
        next: { createImageVersion: [{ losesAnswer: unreachable() }], listAliases: [succeeds, accessDenied()] },
      },
      expected: { answer: failed(notCreated, reasons.notAuthorized), after: {} },
    },
    'removes what a call without an answer has made, though SageMaker does not list it yet and then refuses another call':
      {
        given: {
          next: { createImageVersion: [{ losesAnswer: unreachable() }, { refuses: accessDenied() }] },
          port: listsUntil(5_000, {}),
        },
        expected: { answer: failed(notCreated, reasons.notAuthorized), after: {} },
      },
    'removes what a call without an answer has made, though SageMaker does not list it yet and the time ends then': {
      given: {
        next: {
          createImageVersion: [{ takesMs: 30_000, losesAnswer: unreachable() }],
          listAliases: [succeeds, { takesMs: 13_000 }],
        },
        port: listsUntil(44_000, {}),
      },
      request: create({ ServiceTimeout: '60' }),
      expected: { answer: failed(notCreated, reasons.triedAgain(reasons.notReached)), after: {} },
    },
    'is unconfirmed when another delivery creates a version while it removes its own': {
      given: {
        whenCreated: ['CREATE_FAILED'],
        faults: ({ imageVersions }) =>
          imageVersions.next('deleteImageVersion', {
            meanwhile: () => {
              imageVersions.vanish(1);
              imageVersions.add(imageVersion({ Version: 2 }), own);
            },
          }),
      },
      expected: { answer: failed(unconfirmed, reasons.creationFailed(1)), after: { 2: [own] } },
    },
    'removes what an earlier delivery has made, though it cannot list its alias': {
      given: { before: { 1: [own] }, next: { listAliases: [accessDenied()] } },
      expected: { answer: failed(notCreated, reasons.notAuthorized), after: {} },
    },
    'waits a minute for an alias on a version that no stack has made, and then makes nothing': {
      given: { before: { 1: ['latest'] } },
      request: create({ Alias: 'latest' }),
      expected: {
        answer: failed(notCreated, reasons.aliasesElsewhere(['latest', 1, 'no stack'])),
        takesMs: [60_000, 80_000],
        writes: [],
      },
    },
    'returns the aliases that it has taken': {
      given: { before: { 1: [sibling, 'latest'] }, next: { updateImageVersion: [succeeds, accessDenied()] } },
      request: create({ Alias: 'latest' }),
      expected: { answer: failed(notCreated, reasons.notAuthorized) },
    },
    'touches no alias for a version that is gone, and says so': {
      given: {
        before: { 1: [sibling, 'latest'] },
        port: ({ imageVersions }) => ({
          describeImageVersion: async (version) => {
            const described = await imageVersions.describeImageVersion(version);
            imageVersions.vanish(2);
            return described;
          },
        }),
      },
      request: create({ Alias: 'latest' }),
      expected: { answer: failed(notCreated, reasons.goneBeforeAliases(2)) },
    },
    'does not believe an ARN of unknown form': {
      given: { port: () => ({ createImageVersion: async () => unknownArn }) },
      expected: {
        answer: failed(expect.any(String), expect.stringMatching(`^${reasons.unknownArn(unknownArn)}`)),
        after: {},
        logs: { error: [unknownArn] },
      },
    },
    'tries again to find the version of an ownership alias that it has listed': {
      given: { before: { 1: [own] }, port: () => ({ describeImageVersionByAlias: async () => undefined }) },
      request: create({ ServiceTimeout: '10' }),
      expected: { answer: failed(unconfirmed, reasons.triedAgain(reasons.holderUnseen(own))) },
    },
    'does not put a defect of the provider into the Reason, but into the log': {
      given: { next: { describeImageVersion: [{ refuses: new TypeError('x is not a function') }] } },
      expected: { answer: failed(notCreated, reasons.defect), after: {}, logs: { error: [1, 'InternalFailure'] } },
    },
    'answers in time, and removes a version that takes too long': {
      given: { whenCreated: ['CREATING'], whenDeleted: ['DELETING', 'DELETING', 'DELETING', 'gone'] },
      request: create({ ServiceTimeout: '60' }),
      expected: {
        answer: failed(notCreated, reasons.stillChanging(1, 'CREATING')),
        after: {},
        takesMs: [42_000, 54_000],
      },
    },
    'answers in time with the ARN when the removal takes too long as well': {
      given: { whenCreated: ['CREATING'], whenDeleted: ['DELETING'] },
      request: create({ ServiceTimeout: '60' }),
      expected: {
        answer: failed(
          versionArn(1),
          reasons.stillChanging(1, 'CREATING') + reasons.notRemoved(1, reasons.stillChanging(1, 'DELETING')),
        ),
        after: { 1: [own] },
        takesMs: [42_000, 55_000],
      },
    },
    'is unconfirmed when it cannot even look for what it may have made': {
      given: { always: { createImageVersion: unreachable(), describeImageVersionByAlias: accessDenied() } },
      request: create({ ServiceTimeout: '10' }),
      expected: {
        answer: failed(unconfirmed, reasons.triedAgain(reasons.notReached, reasons.notLookedUp(reasons.notAuthorized))),
        after: {},
      },
    },
  });

  test.each([
    ['cannot be reached', unreachable(), unconfirmed],
    ['fails', failing(), unconfirmed],
    ['throttles', throttled(), notCreated],
    ['says that the image is being modified', modified(), notCreated],
  ])('leaves what it must when SageMaker %s until the time has run out', async (_what, refuses, id) => {
    const { deliver, imageVersions } = simulate(create({ ServiceTimeout: '10' }));
    imageVersions.always('createImageVersion', { refuses });

    expect(await deliver()).toEqual(failed(id, reasons.triedAgain(refuses.message)));
  });
});
