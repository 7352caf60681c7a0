/**
 * When a sibling fails, CloudFormation stops waiting for a Create and sends a Delete with an id that it makes up. The
 * Create may be queued, calling, waiting or over.
 */
import { invented, marker, own, sibling } from '../support/provider/aliases.ts';
import { imageVersion, issuedAt, stackResource, versionArn } from '../support/provider/builders.ts';
import { accessDenied } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import { type Case, deleted, deletes, failed, remove, verify } from '../support/provider/simulate-request.ts';

const request = remove(invented);
const rollback = { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const madeAt = (instant: number) => ({ 1: { CreationTime: new Date(instant) } });

describe('The Delete of a cancelled Create', () => {
  test.each<Case>([
    {
      name: 'deletes what the resource has made since the stack operation began',
      request,
      before: { 1: [own] },
      operation: rollback,
      answer: deleted(invented),
      after: {},
      writes: [deletes(1)],
    },
    {
      name: 'leaves what an earlier operation has made, and the stack has retained',
      request,
      before: { 1: [own] },
      details: madeAt(issuedAt - 1_001),
      operation: rollback,
      answer: deleted(invented),
      writes: [],
    },
    {
      name: 'deletes a version from the second in which the operation began',
      request,
      before: { 1: [own] },
      details: madeAt(issuedAt - 1_000),
      operation: rollback,
      answer: deleted(invented),
      after: {},
    },
    {
      name: 'looks until 50 s after its issue, when a queued Create asks before it makes anything',
      request,
      operation: rollback,
      answer: deleted(invented),
      takesMs: [50_000, 50_001],
    },
    {
      name: 'looks no longer than the time for the request, so that the stack can be deleted',
      request: remove(invented, { ServiceTimeout: '10' }),
      operation: rollback,
      answer: deleted(invented),
      takesMs: [5_000, 10_000],
    },
    {
      name: 'looks once when the Create is long over',
      request,
      latenessMs: 50_000,
      operation: rollback,
      answer: deleted(invented),
      takesMs: [0, 1],
    },
    {
      name: 'deletes what appears while it looks, when that is CREATED',
      request,
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
      answer: deleted(invented),
      after: {},
      writes: [deletes(1)],
      takesMs: [10_000, 20_000],
    },
    {
      name: 'leaves a version that the stack refers to by now',
      request,
      before: { 1: [own] },
      operation: rollback,
      resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
      answer: deleted(invented),
      writes: [],
    },
    {
      name: 'deletes what the Create has made when the stack refers to the invented id',
      request,
      before: { 1: [own] },
      operation: rollback,
      resource: stackResource('DELETE_IN_PROGRESS', { PhysicalResourceId: invented }),
      answer: deleted(invented),
      after: {},
    },
    {
      name: 'leaves what others have made',
      request,
      before: { 1: [sibling] },
      operation: rollback,
      answer: deleted(invented),
      writes: [],
    },
    {
      name: 'returns the aliases that the Create has taken while its version was being deleted',
      request: remove(invented, { Alias: 'latest' }),
      before: { 1: [own], 2: [sibling, 'latest'] },
      operation: rollback,
      faults: ({ imageVersions }) =>
        imageVersions.next('deleteImageVersion', {
          meanwhile: () => {
            imageVersions.vanish(2);
            imageVersions.add(imageVersion({ Version: 2 }), sibling, marker('latest', 1));
          },
        }),
      answer: deleted(invented),
      after: { 2: [sibling, 'latest'] },
    },
    {
      name: 'is superseded by a stack operation that began after it',
      request,
      before: { 1: [own] },
      operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt + 1_001 },
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'does not guess when CloudFormation does not say since when the operation runs',
      request,
      before: { 1: [own] },
      answer: failed(invented, reasons.cannotGuess('1')),
      writes: [],
    },
    {
      name: 'succeeds when CloudFormation does not say since when the operation runs, and the resource has no version',
      request,
      before: { 1: [sibling] },
      answer: deleted(invented),
      writes: [],
    },
    {
      name: 'fails when the version may not be deleted, and says what to do',
      request,
      before: { 1: [own] },
      operation: rollback,
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: failed(invented, reasons.notAuthorized + reasons.deleteYourself(1)),
    },
  ])('$name', verify);
});
