import { marker, own, sibling } from '../support/provider/aliases.ts';
import { issuedAt, stackResource, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, invalidState, throttled } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  failed,
  listsUntil,
  showsUntil,
  succeeded,
  testEach,
  update,
  updates,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const before = { 1: [own] };
const set = { Horovod: true, VendorGuidance: 'STABLE', ReleaseNotes: 'old' } as const;

describe('An Update in place', () => {
  testEach(update({ Alias: 'latest' }), {
    'makes one call of everything that differs': {
      given: { before: { 1: [own, '1.3', 'by hand'] }, details: { 1: { ReleaseNotes: 'old' } } },
      request: update(
        { Aliases: ['1.4'], ReleaseNotes: 'new', Processor: 'GPU' },
        { Aliases: ['1.3'], ReleaseNotes: 'old' },
      ),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, '1.4', 'by hand'] },
        writes: [
          updates(1, { AliasesToAdd: ['1.4'], AliasesToDelete: ['1.3'], Processor: 'GPU', ReleaseNotes: 'new' }),
        ],
        asked: [],
      },
    },
    'makes no call when nothing differs but ServiceTimeout and ServiceToken': {
      given: { before: { 1: [own, 'latest'] }, details: { 1: { ReleaseNotes: 'same' } } },
      request: update(
        { Alias: 'latest', ReleaseNotes: 'same', ServiceTimeout: '60', ServiceToken: 'new' },
        { Alias: 'latest', ReleaseNotes: 'same' },
      ),
      expected: { answer: succeeded(1), writes: [], asked: [], logs: { warn: [], error: [] } },
    },
    'updates its own version although SageMaker does not list its alias for 20 s': {
      given: {
        before: { 1: [own, 'latest'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version) => {
            const listed = await imageVersions.listAliases(version);
            return clock.now() < issuedAt + 20_000 ? [] : listed;
          },
        }),
      },
      request: update({ Alias: 'latest' }, { Alias: 'latest' }),
      expected: { answer: succeeded(1), writes: [], takesMs: [20_000, 25_000], logs: { warn: [], error: [] } },
    },
    'waits for a version that is CREATING': {
      given: { before, becomes: { 1: ['CREATING', 'CREATED'] } },
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
    },
    'sets Horovod and VendorGuidance back, and warns of what SageMaker cannot clear': {
      given: { before, details: { 1: set } },
      request: update({}, set),
      expected: {
        answer: succeeded(1),
        writes: [updates(1, { Horovod: false, VendorGuidance: 'NOT_PROVIDED' })],
        logs: { warn: [1, 'ReleaseNotes'] },
      },
    },
    'leaves a version that SageMaker itself has ARCHIVED as the template asked': {
      given: { before, details: { 1: { VendorGuidance: 'ARCHIVED' } } },
      request: update({ VendorGuidance: 'TO_BE_ARCHIVED' }),
      expected: { answer: succeeded(1), writes: [] },
    },
    'undoes nothing of an Update that was refused before it called SageMaker': {
      given: { before: { 1: [own, 'theirs'] }, details: { 1: { VendorGuidance: 'STABLE' } } },
      request: update({}, { Alias: 'theirs', VendorGuidance: 'STABLE', BaseImage: 'another', Colour: 'red' }),
      expected: { answer: succeeded(1), writes: [] },
    },
    'returns an alias that the template no longer has when the stack rolls back': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
      },
      request: update({}, { Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own], 2: [sibling, 'latest'] } },
    },
    'removes the marker alone when the stack goes on': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
      },
      request: update({}, { Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own], 2: [sibling] } },
    },
    'removes an alias that the template no longer has when SageMaker lists it': {
      given: {
        before: { 1: [own, 'latest', 'new'] },
        port: listsUntil(12_000, { 1: [own, 'latest'] }),
      },
      request: update({ Alias: 'latest' }, { Aliases: ['latest', 'new'] }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'latest'] },
        writes: [updates(1, { AliasesToDelete: ['new'] })],
        takesMs: [12_000, 17_000],
      },
    },
    'adds an alias again that SageMaker still lists although an Update removed it some seconds ago': {
      given: {
        before: { 1: [own] },
        port: listsUntil(12_000, { 1: [own, 'latest'] }),
      },
      request: update({ Alias: 'latest' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'latest'] },
        writes: [updates(1, { AliasesToAdd: ['latest'] })],
        takesMs: [12_000, 17_000],
      },
    },
    'removes such an alias although SageMaker does not list it within 25 s': {
      given: {
        before: { 1: [own, 'latest', 'new'] },
        port: listsUntil(90_000, { 1: [own, 'latest'] }),
      },
      request: update({ Alias: 'latest' }, { Aliases: ['latest', 'new'] }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [25_000, 30_000] },
    },
    'waits for no list when the request was issued 25 s ago': {
      given: {
        before: { 1: [own, 'latest', 'new'] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
        resource: stackResource('UPDATE_IN_PROGRESS'),
        port: listsUntil(90_000, { 1: [own, 'latest'] }),
        latenessMs: 25_000,
      },
      request: update({ Alias: 'latest' }, { Aliases: ['latest', 'new'] }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [0, 1] },
    },
    'makes one more call, and waits for nothing, when another version has the alias that the template no longer has': {
      given: {
        before: { 1: [own], 2: [sibling, 'latest'] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
      },
      request: update({}, { Alias: 'latest' }),
      expected: { answer: succeeded(1), writes: [], calls: { describeImageVersionByAlias: 1 }, takesMs: [0, 1] },
    },
    'removes an alias in a rollback although every call shows for 2 s what was there before': {
      given: {
        before: { 1: [own, 'new'] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        port: showsUntil(2_000, { 1: [own] }),
      },
      request: update({}, { Alias: 'new' }),
      expected: { answer: succeeded(1), after: { 1: [own] }, takesMs: [5_000, 6_000] },
    },
    'adds an alias again in a rollback although every call shows for 2 s what was there before': {
      given: {
        before: { 1: [own] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        port: showsUntil(2_000, { 1: [own, 'latest'] }),
      },
      request: update({ Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [5_000, 6_000] },
    },
    'changes metadata back in a rollback although SageMaker shows for 2 s what was there before': {
      given: {
        before: { 1: [own] },
        details: { 1: { Horovod: true } },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        port: ({ clock, imageVersions }) => ({
          describeImageVersion: async (version) => {
            const described = await imageVersions.describeImageVersion(version);
            return described && clock.now() - issuedAt < 2_000 ? { ...described, Horovod: false } : described;
          },
        }),
      },
      request: update({}, { Horovod: true }),
      expected: { answer: succeeded(1), writes: [updates(1, { Horovod: false })], takesMs: [5_000, 6_000] },
    },
    'returns an alias in a rollback although SageMaker lists what was there before': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        port: listsUntil(12_000, { 1: [own], 2: [sibling, 'latest'] }),
      },
      request: update({}, { Alias: 'latest' }),
      expected: { answer: succeeded(1), after: { 1: [own], 2: [sibling, 'latest'] } },
    },
    'reads and plans again when SageMaker says that the image was modified': {
      given: { before, next: { updateImageVersion: [{ losesAnswer: modified() }] } },
      request: update({ Alias: 'latest', ReleaseNotes: 'new' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'latest'] },
        writes: [updates(1, { AliasesToAdd: ['latest'], ReleaseNotes: 'new' })],
      },
    },
    'tries again for a minute when SageMaker refuses, because it may be changing the image': {
      given: { before, next: { updateImageVersion: [invalidState(), invalidState(), invalidState()] } },
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [1, 60_000] },
    },
    'tries again when SageMaker throttles, or modifies the image': {
      given: {
        before,
        next: { updateImageVersion: [throttled(), modified()], describeImageVersion: [throttled(), throttled()] },
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
    },
    'fails with the same id when SageMaker refuses for good, and logs it': {
      given: { before, always: { updateImageVersion: accessDenied() } },
      expected: { answer: failed(versionArn(1), reasons.notAuthorized), logs: { error: ['AccessDenied'] } },
    },
    'fails with the same id when it may not look at the version': {
      given: { before, always: { describeImageVersion: accessDenied() } },
      expected: { answer: failed(versionArn(1), reasons.notAuthorized), writes: [] },
    },
    'fails when the time has run out and the version is still CREATING': {
      given: { before, becomes: { 1: ['CREATING'] } },
      request: update({ Alias: 'latest', ServiceTimeout: '10' }),
      expected: {
        answer: failed(versionArn(1), reasons.stillChanging(1, 'CREATING')),
        writes: [],
        takesMs: [7_000, 10_000],
      },
    },
  });
});
