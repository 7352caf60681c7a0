/**
 * When a sibling fails, CloudFormation stops waiting for a Create and sends a Delete with an id that it makes up. The
 * Create may be queued, calling, waiting or over.
 */
import { invented, marker, own, ownership, replacing, sibling } from '../support/provider/aliases.ts';
import { imageVersion, issuedAt, stackResource, versionArn } from '../support/provider/builders.ts';
import { accessDenied } from '../support/provider/fake-image-versions.ts';
import { ofStack, stackEvent } from '../support/provider/fake-stacks.ts';
import * as reasons from '../support/provider/reasons.ts';
import { deleted, deletes, failed, remove, testEach } from '../support/provider/simulate-request.ts';

const request = remove(invented);
const rollback = { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
/** On the version of an earlier Create of the resource. */
const earlier = (RequestId: string) => ownership({ RequestId });
const madeAt = (instant: number) => ({ 1: { CreationTime: new Date(instant) } });

/** CloudFormation has cancelled two Creates of the resource: the first with this id, the second with another one. */
const cancelledTwice = (PhysicalResourceId: string) => ({
  before: { 1: [earlier('a')], 2: [earlier('b')] },
  details: { ...madeAt(issuedAt - 50_000), 2: { CreationTime: new Date(issuedAt - 25_000) } },
  operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 60_000 },
  happened: [
    stackEvent('CREATE_FAILED', issuedAt - 20_000, { PhysicalResourceId: 'studio-Stable-SECOND' }),
    stackEvent('CREATE_IN_PROGRESS', issuedAt - 30_000),
    stackEvent('CREATE_FAILED', issuedAt - 40_000, { PhysicalResourceId }),
  ],
});

describe('The Delete of a cancelled Create', () => {
  testEach(request, {
    'deletes what the resource has made since the stack operation began': {
      given: { before: { 1: [own] }, operation: rollback },
      expected: { answer: deleted(invented), after: {}, writes: [deletes(1)] },
    },
    'deletes what the resource has made of an image whose name is a number': {
      given: { before: { '42/1': [own] }, operation: rollback },
      request: remove(invented, { ImageName: 42 }),
      expected: { answer: deleted(invented), after: {} },
    },
    'leaves what an earlier operation has made, and the stack has retained': {
      given: { before: { 1: [own] }, details: madeAt(issuedAt - 3_001), operation: rollback },
      expected: { answer: deleted(invented), writes: [] },
    },
    'describes what earlier Creates have made only once, however often it looks': {
      given: {
        before: { 1: [earlier('a')], 2: [earlier('b')] },
        details: { ...madeAt(issuedAt - 60_000), 2: { CreationTime: new Date(issuedAt - 60_000) } },
        operation: rollback,
      },
      expected: {
        answer: deleted(invented),
        calls: { describeImageVersionByAlias: 2, listAliases: 11 },
        asked: ['events', 'events'],
      },
    },
    'leaves what an Update has made, and does not even describe it': {
      given: { before: { 1: [replacing] }, operation: rollback },
      expected: { answer: deleted(invented), writes: [], calls: { describeImageVersionByAlias: 0 } },
    },
    'deletes a version that is up to 3 s older than the event of its Create, because clocks differ': {
      given: { before: { 1: [own] }, details: madeAt(issuedAt - 3_000), operation: rollback },
      expected: { answer: deleted(invented), after: {} },
    },
    'looks until 50 s after its issue, when a queued Create asks before it makes anything': {
      given: { operation: rollback },
      expected: { answer: deleted(invented), takesMs: [50_000, 50_001] },
    },
    'looks no longer than the time for the request, so that the stack can be deleted': {
      given: { operation: rollback },
      request: remove(invented, { ServiceTimeout: '10' }),
      expected: { answer: deleted(invented), takesMs: [5_000, 10_000] },
    },
    'looks no longer than the time for the request when that stands beside ServiceToken': {
      given: { operation: rollback },
      request: remove(invented, {}, { ServiceTimeout: '10' }),
      expected: { answer: deleted(invented), takesMs: [5_000, 10_000] },
    },
    'looks once when the Create is long over': {
      given: { latenessMs: 50_000, operation: rollback },
      expected: { answer: deleted(invented), takesMs: [0, 1] },
    },
    'deletes what appears while it looks, when that is CREATED': {
      given: {
        operation: rollback,
        faults: ({ clock, imageVersions }) => {
          imageVersions.always('listAliases', {
            meanwhile: () => {
              if (clock.now() < issuedAt + 9_000 || Object.keys(imageVersions.aliases()).length > 0) return;
              if (imageVersions.writes().length > 0) return;
              imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATING' }), own);
              imageVersions.becomes(1, 'CREATING', 'CREATED');
            },
          });
        },
      },
      expected: { answer: deleted(invented), after: {}, writes: [deletes(1)], takesMs: [10_000, 20_000] },
    },
    'leaves a version that the stack refers to by now': {
      given: {
        before: { 1: [own] },
        operation: rollback,
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
      },
      expected: { answer: deleted(invented), writes: [] },
    },
    'deletes what the Create has made when the stack refers to the invented id': {
      given: {
        before: { 1: [own] },
        operation: rollback,
        resource: stackResource('DELETE_IN_PROGRESS', { PhysicalResourceId: invented }),
      },
      expected: { answer: deleted(invented), after: {} },
    },
    'leaves what others have made': {
      given: { before: { 1: [sibling] }, operation: rollback },
      expected: { answer: deleted(invented), writes: [] },
    },
    'returns the aliases that the Create has taken while its version was being deleted': {
      given: {
        before: { 1: [own], 2: [sibling, 'latest'] },
        operation: rollback,
        faults: ({ imageVersions }) =>
          imageVersions.next('deleteImageVersion', {
            meanwhile: () => {
              imageVersions.vanish(2);
              imageVersions.add(imageVersion({ Version: 2 }), sibling, marker('latest', 1));
            },
          }),
      },
      request: remove(invented, { Alias: 'latest' }),
      expected: { answer: deleted(invented), after: { 2: [sibling, 'latest'] } },
    },
    'is superseded when the stack creates the resource again': {
      given: {
        before: { 1: [own] },
        operation: rollback,
        happened: [stackEvent('CREATE_IN_PROGRESS', issuedAt + 1_001)],
      },
      expected: { answer: 'superseded', writes: [] },
    },
    'deletes what appears while it looks, although CloudFormation does not answer any more': {
      given: {
        operation: rollback,
        faults: ({ clock, imageVersions, stacks }) =>
          imageVersions.always('listAliases', {
            meanwhile: () => {
              if (clock.now() < issuedAt + 9_000 || stacks.happened === undefined) return;
              imageVersions.add(imageVersion(), own);
              stacks.happened = undefined;
            },
          }),
      },
      expected: { answer: deleted(invented), after: {}, writes: [deletes(1)] },
    },
    'is superseded when the stack creates the resource again while it looks': {
      given: {
        operation: rollback,
        faults: ({ clock, imageVersions, stacks }) =>
          imageVersions.always('listAliases', {
            meanwhile: () => {
              if (clock.now() < issuedAt + 9_000 || Object.keys(imageVersions.aliases()).length > 0) return;
              imageVersions.add(imageVersion(), earlier('later'));
              stacks.happened = [stackEvent('CREATE_IN_PROGRESS', issuedAt + 8_000), ...(stacks.happened ?? [])];
            },
          }),
      },
      expected: { answer: 'superseded', after: { 1: [earlier('later')] }, writes: [] },
    },
    'deletes what the Create has made when CloudFormation shows the Create some seconds late': {
      given: {
        before: { 1: [own] },
        operation: rollback,
        faults: ({ clock, stacks }) => {
          const { events } = stacks;
          stacks.events = async (StackId, isLast) => {
            const isLate = clock.now() < issuedAt + 4_000;
            return isLate ? [ofStack('CREATE_IN_PROGRESS', issuedAt)] : events(StackId, isLast);
          };
        },
      },
      expected: { answer: deleted(invented), after: {}, takesMs: [4_000, 12_000] },
    },
    'deletes what a Create of an earlier operation has made, where rollback was disabled': {
      given: {
        before: { 1: [own] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [ofStack('UPDATE_IN_PROGRESS', issuedAt - 1_000)],
        details: madeAt(issuedAt - 3_500_000),
      },
      expected: { answer: deleted(invented), after: {} },
    },
    'deletes what the first of two cancelled Creates has made, if its cancellation has the id of this Delete': {
      given: cancelledTwice(invented),
      expected: { answer: deleted(invented), after: { 2: [earlier('b')] } },
    },
    'deletes what the second of two cancelled Creates has made, if no cancellation has the id of this Delete': {
      given: cancelledTwice('studio-Stable-FIRST'),
      expected: { answer: deleted(invented), after: { 1: [earlier('a')] } },
    },
    'does not take the event with the id, just before the Create is complete, for its beginning': {
      given: {
        before: { 1: [own] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 600_000 },
        happened: [stackEvent('CREATE_IN_PROGRESS', issuedAt - 1_000, { PhysicalResourceId: versionArn(1) })],
        details: madeAt(issuedAt - 500_000),
      },
      expected: { answer: deleted(invented), after: {} },
    },
    'deletes what its own Create has made when another one was complete before it': {
      given: {
        before: { 1: [own], 2: [ownership({ RequestId: 'another' })] },
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [
          stackEvent('DELETE_IN_PROGRESS', issuedAt, { PhysicalResourceId: invented }),
          stackEvent('CREATE_COMPLETE', issuedAt - 10_000, { PhysicalResourceId: versionArn(2) }),
          stackEvent('CREATE_IN_PROGRESS', issuedAt - 60_000),
          ofStack('UPDATE_IN_PROGRESS', issuedAt - 61_000),
          stackEvent('CREATE_FAILED', issuedAt - 3_500_000),
        ],
        details: {
          1: { CreationTime: new Date(issuedAt - 3_550_000) },
          2: { CreationTime: new Date(issuedAt - 60_000) },
        },
      },
      expected: { answer: deleted(invented), after: { 2: [ownership({ RequestId: 'another' })] } },
    },
    'deletes what its own Create has made when another one has failed before it, and has a Delete of its own': {
      given: {
        before: { 1: [own], 2: [ownership({ RequestId: 'another' })] },
        operation: { StackStatus: 'DELETE_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [
          stackEvent('DELETE_IN_PROGRESS', issuedAt, { PhysicalResourceId: invented }),
          stackEvent('CREATE_FAILED', issuedAt - 10_000, { PhysicalResourceId: 'unconfirmed/0123456789abcdef' }),
          stackEvent('CREATE_IN_PROGRESS', issuedAt - 60_000),
          ofStack('UPDATE_IN_PROGRESS', issuedAt - 61_000),
          stackEvent('CREATE_FAILED', issuedAt - 3_500_000, { PhysicalResourceId: invented }),
        ],
        details: {
          1: { CreationTime: new Date(issuedAt - 3_550_000) },
          2: { CreationTime: new Date(issuedAt - 60_000) },
        },
      },
      expected: { answer: deleted(invented), after: { 2: [ownership({ RequestId: 'another' })] } },
    },
    'does not take a Create that was answered with FAILED for the cancelled one': {
      given: {
        before: { 1: [own] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [stackEvent('CREATE_FAILED', issuedAt - 3_500_000, { PhysicalResourceId: versionArn(1) })],
        details: madeAt(issuedAt - 3_550_000),
      },
      expected: { answer: failed(invented, reasons.cannotGuess('1')), writes: [] },
    },
    'leaves what an Update of the invented id has made since': {
      given: {
        before: { 1: [own], 2: [ownership({ RequestId: 'another' })] },
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [
          stackEvent('UPDATE_COMPLETE', issuedAt - 10_000, { PhysicalResourceId: versionArn(2) }),
          stackEvent('UPDATE_IN_PROGRESS', issuedAt - 59_000, { PhysicalResourceId: versionArn(2) }),
          stackEvent('UPDATE_IN_PROGRESS', issuedAt - 60_000, { PhysicalResourceId: invented }),
          ofStack('UPDATE_IN_PROGRESS', issuedAt - 61_000),
        ],
        details: {
          1: { CreationTime: new Date(issuedAt - 3_550_000) },
          2: { CreationTime: new Date(issuedAt - 60_000) },
        },
      },
      expected: { answer: deleted(invented), after: { 2: [ownership({ RequestId: 'another' })] } },
    },
    'returns the aliases that the Create has taken, in a later operation too, whose status shows no rollback': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 3_600_000 },
        happened: [ofStack('UPDATE_IN_PROGRESS', issuedAt - 61_000)],
      },
      expected: { answer: deleted(invented), after: { 2: [sibling, 'latest'] } },
    },
    'looks for 50 s when CloudFormation does not answer, because a queued Create may still make a version': {
      expected: { answer: deleted(invented), takesMs: [50_000, 50_001] },
    },
    'does not guess about a version that appears while it looks': {
      given: {
        faults: ({ clock, imageVersions }) =>
          imageVersions.always('listAliases', {
            meanwhile: () => {
              if (clock.now() < issuedAt + 9_000 || Object.keys(imageVersions.aliases()).length > 0) return;
              imageVersions.add(imageVersion(), own);
            },
          }),
      },
      expected: { answer: failed(invented, reasons.cannotGuess('1')), after: { 1: [own] }, writes: [] },
    },
    'does not guess when CloudFormation does not say since when the operation runs': {
      given: { before: { 1: [own] } },
      expected: { answer: failed(invented, reasons.cannotGuess('1')), writes: [] },
    },
    'succeeds when CloudFormation does not say since when the operation runs, and the resource has no version': {
      given: { before: { 1: [sibling] } },
      expected: { answer: deleted(invented), writes: [] },
    },
    'fails when the version may not be deleted, and says what to do': {
      given: { before: { 1: [own] }, operation: rollback, always: { deleteImageVersion: accessDenied() } },
      expected: { answer: failed(invented, reasons.notAuthorized + reasons.deleteYourself(1)) },
    },
  });
});
