import { foreign, marker, own, sibling } from '../support/provider/aliases.ts';
import { issuedAt, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, throttled } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import { type Case, failed, succeeded, update, updates, verify } from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const before = { 1: [own] };
const set = { Horovod: true, VendorGuidance: 'STABLE', ReleaseNotes: 'old' } as const;

describe('An Update in place', () => {
  test.each<Case>([
    {
      name: 'makes one call of everything that differs',
      request: update(
        { Aliases: ['1.4'], ReleaseNotes: 'new', Processor: 'GPU' },
        { Aliases: ['1.3'], ReleaseNotes: 'old' },
      ),
      before: { 1: [own, '1.3', 'by hand'] },
      details: { 1: { ReleaseNotes: 'old' } },
      answer: succeeded(1),
      after: { 1: [own, '1.4', 'by hand'] },
      writes: [updates(1, { AliasesToAdd: ['1.4'], AliasesToDelete: ['1.3'], Processor: 'GPU', ReleaseNotes: 'new' })],
      asked: [],
    },
    {
      name: 'makes no call when nothing differs but ServiceTimeout',
      request: update(
        { Alias: 'latest', ReleaseNotes: 'same', ServiceTimeout: '60' },
        { Alias: 'latest', ReleaseNotes: 'same' },
      ),
      before: { 1: [own, 'latest'] },
      details: { 1: { ReleaseNotes: 'same' } },
      answer: succeeded(1),
      writes: [],
      asked: [],
      logs: { warn: [], error: [] },
    },
    {
      name: 'waits for a version that is CREATING',
      request: update({ Alias: 'latest' }),
      before,
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'CREATING', 'CREATED'),
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'sets Horovod and VendorGuidance back, and warns of what SageMaker cannot clear',
      request: update({}, set),
      before,
      details: { 1: set },
      answer: succeeded(1),
      writes: [updates(1, { Horovod: false, VendorGuidance: 'NOT_PROVIDED' })],
      logs: { warn: [1, 'ReleaseNotes'] },
    },
    {
      name: 'undoes nothing of an Update that was refused before it called SageMaker',
      request: update({}, { Alias: 'theirs', VendorGuidance: 'STABLE', BaseImage: 'another', Colour: 'red' }),
      before: { 1: [own, 'theirs'] },
      details: { 1: { VendorGuidance: 'STABLE' } },
      answer: succeeded(1),
      writes: [],
    },
    {
      name: 'takes an alias from a sibling, which keeps a marker',
      request: update({ Alias: 'latest' }),
      before: { 1: [own], 2: [sibling, 'latest'] },
      answer: succeeded(1),
      after: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
    },
    {
      name: 'returns an alias that the template no longer has when the stack rolls back',
      request: update({}, { Alias: 'latest' }),
      before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
      operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
      answer: succeeded(1),
      after: { 1: [own], 2: [sibling, 'latest'] },
    },
    {
      name: 'does not return it when the stack goes on',
      request: update({}, { Alias: 'latest' }),
      before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
      operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
      answer: succeeded(1),
      after: { 1: [own], 2: [sibling, marker('latest', 1)] },
    },
    {
      name: 'reads and plans again when SageMaker says that the image was modified',
      request: update({ Alias: 'latest', ReleaseNotes: 'new' }),
      before,
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', { losesAnswer: modified() }),
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
      writes: [updates(1, { AliasesToAdd: ['latest'], ReleaseNotes: 'new' })],
    },
    {
      name: 'tries again when SageMaker throttles, or modifies the image',
      request: update({ Alias: 'latest' }),
      before,
      faults: ({ imageVersions }) => {
        imageVersions.next('updateImageVersion', { refuses: throttled() }, { refuses: modified() });
        imageVersions.next('describeImageVersion', { refuses: throttled() }, { refuses: throttled() });
      },
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'fails with the same id when SageMaker refuses for good, and logs it',
      request: update({ Alias: 'latest' }),
      before,
      faults: ({ imageVersions }) => imageVersions.always('updateImageVersion', { refuses: accessDenied() }),
      answer: failed(versionArn(1), reasons.notAuthorized),
      logs: { error: ['AccessDenied'] },
    },
    {
      name: 'fails with the same id when it may not look at the version',
      request: update({ Alias: 'latest' }),
      before,
      faults: ({ imageVersions }) => imageVersions.always('describeImageVersion', { refuses: accessDenied() }),
      answer: failed(versionArn(1), reasons.notAuthorized),
      writes: [],
    },
    {
      name: 'fails after a minute over an alias that another stack has',
      request: update({ Alias: 'latest' }),
      before: { 1: [own], 2: [foreign, 'latest'] },
      answer: failed(versionArn(1), reasons.aliasesElsewhere(['latest', 2, 'another stack'])),
      writes: [],
      takesMs: [60_000, 80_000],
    },
    {
      name: 'fails when the time has run out and the version is still CREATING',
      request: update({ Alias: 'latest', ServiceTimeout: '10' }),
      before,
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'CREATING'),
      answer: failed(versionArn(1), reasons.stillChanging(1, 'CREATING')),
      writes: [],
      takesMs: [7_000, 10_000],
    },
  ])('$name', verify);
});
