import {
  adopted,
  adoptedOwn,
  adoptedWith,
  foreign,
  invented,
  marker,
  notCreated,
  own,
  ownership,
  sibling,
} from '../support/provider/aliases.ts';
import { imageVersion, issuedAt, stackResource, updateRequest, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, invalidState, succeeds } from '../support/provider/fake-image-versions.ts';
import { ofStack, stackEvent } from '../support/provider/fake-stacks.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  create,
  deleted,
  deletes,
  type Fakes,
  failed,
  type Given,
  listsUntil,
  remove,
  succeeded,
  testEach,
  updates,
} from '../support/provider/simulate-request.ts';

/** The ownership alias of an earlier Create of the resource. */
const earlier = `${ownership({ RequestId: 'earlier' })}0`;

/** What a version has that a later Create of the resource has adopted. */
const later = ['latest', `${ownership({ RequestId: 'later' })}0`, adopted(['latest'], issuedAt + 55_000)];

/** A second delivery of the Create. */
const delivered = {
  before: { 1: ['latest'] },
  latenessMs: 60_000,
  resource: stackResource('CREATE_IN_PROGRESS'),
};

/** The versions with the aliases that another request has given them. */
function become(imageVersions: Fakes['imageVersions'], aliases: Readonly<Record<number, readonly string[]>>): void {
  for (const [number, onVersion] of Object.entries(aliases)) {
    const Version = Number(number);
    imageVersions.vanish(Version);
    imageVersions.add(imageVersion({ Version }), ...onVersion);
  }
}

const many = Array.from({ length: 15 }, (_, number) => `by-hand-${number}`);

describe('A Create with Adopt', () => {
  testEach(create({ Adopt: '1', Aliases: ['latest', 'new'] }), {
    'makes the version its own with one call, and keeps aliases that it does not declare': {
      given: {
        before: { 1: ['latest', 'by-hand'] },
        details: { 1: { CreationTime: new Date(issuedAt - 25_000) } },
      },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'by-hand', 'new', adoptedOwn, adopted(['latest', 'by-hand'])] },
        writes: [updates(1, { AliasesToAdd: [adoptedOwn, adopted(['latest', 'by-hand']), 'new'] })],
        asked: ['currentResource'],
        calls: { listAliases: 3, describeImageVersion: 3 },
        takesMs: [5_000, 5_001],
        logs: { warn: [], error: [] },
      },
    },
    'knows which aliases a version of some seconds ago had, although SageMaker does not list them yet': {
      given: {
        before: { 1: ['latest'] },
        details: { 1: { CreationTime: new Date(issuedAt - 2_000) } },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version) =>
            clock.now() < issuedAt + 20_000 ? [] : await imageVersions.listAliases(version),
        }),
      },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] },
        takesMs: [28_000, 28_001],
        isRepeatable: false,
      },
    },
    'changes only the metadata that differs, and logs what it was': {
      given: { before: { 1: [] }, details: { 1: { Processor: 'CPU', JobType: 'TRAINING', ReleaseNotes: 'By hand' } } },
      request: create({ Adopt: 1, Processor: 'GPU', JobType: 'TRAINING' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [adoptedOwn, adopted()] },
        writes: [updates(1, { Processor: 'GPU', AliasesToAdd: [adoptedOwn, adopted()] })],
        logs: { info: ['"Processor":"CPU"', 'By hand'] },
      },
    },
    'takes an alias from another version of the stack': {
      given: { before: { 1: ['latest'], 2: [sibling, 'new'] } },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])], 2: [sibling, marker('new', 1)] },
      },
    },
    'takes over what an earlier Create of the resource had adopted, with the record of that Create': {
      given: { before: { 1: ['latest', 'new', earlier, adopted(['latest'], issuedAt - 60_000)] } },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] },
      },
    },
    'keeps every alias of a version that has more than a marker can record': {
      given: { before: { 1: many } },
      expected: { answer: succeeded(1), after: { 1: [...many, 'latest', 'new', adoptedOwn, adoptedWith('all')] } },
    },
    'records all aliases of the version if the earlier adoption was completed': {
      given: {
        before: { 1: ['latest', 'old', earlier, adopted(['latest'], issuedAt - 60_000)] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 1_000 },
        happened: [ofStack('UPDATE_COMPLETE', issuedAt - 30_000)],
      },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'old', 'new', adoptedOwn, adopted(['latest', 'old'])] },
      },
    },
    'changes nothing if another delivery is faster': {
      given: {
        before: { 1: ['latest'] },
        faults: ({ imageVersions }) =>
          imageVersions.next('listAliases', succeeds, {
            meanwhile: () =>
              void imageVersions.updateImageVersion({
                ...{ ImageName: 'my-image', Version: 1 },
                AliasesToAdd: [adoptedOwn, adopted(['latest']), 'new'],
              }),
          }),
      },
      expected: { answer: succeeded(1), after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] } },
    },
    'goes on when an earlier delivery has adopted the version': {
      given: { before: { 1: ['latest', adoptedOwn, adopted(['latest'])] }, latenessMs: 70_000 },
      expected: { answer: succeeded(1), after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] } },
    },
    'lets the version go if another resource has adopted it at the same time': {
      given: {
        before: { 1: ['latest'] },
        details: { 1: { CreationTime: new Date(issuedAt - 100_000) } },
        faults: ({ imageVersions }) =>
          imageVersions.next('describeImageVersion', succeeds, {
            meanwhile: () =>
              void imageVersions.updateImageVersion({ ImageName: 'my-image', Version: 1, AliasesToAdd: [sibling] }),
          }),
      },
      expected: {
        answer: failed(notCreated, expect.stringContaining(`--aliases-to-delete ${sibling}`)),
        after: { 1: ['latest', sibling] },
      },
    },
    'looks for another adoption until SageMaker lists its own': {
      given: {
        before: { 1: ['latest'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version) =>
            clock.now() < issuedAt + 12_000 ? ['latest'] : [...(await imageVersions.listAliases(version)), sibling],
        }),
      },
      expected: {
        answer: failed(notCreated, expect.stringContaining(`--aliases-to-delete ${sibling}`)),
        after: { 1: ['latest'] },
        isRepeatable: false,
      },
    },
    'waits for a version that is CREATING': {
      given: { before: { 1: ['latest'] }, becomes: { 1: ['CREATING', 'CREATED'] } },
      expected: { answer: succeeded(1), after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] } },
    },
    'waits while the image changes': {
      given: { before: { 1: ['latest'] }, next: { updateImageVersion: [invalidState(), invalidState()] } },
      expected: { answer: succeeded(1), after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] } },
    },
    'names every obstacle, and changes nothing': {
      given: {
        before: { 1: [foreign] },
        details: { 1: { BaseImage: 'studio:0.9', ImageVersionStatus: 'CREATE_FAILED' } },
      },
      expected: {
        answer: failed(
          notCreated,
          reasons.notAdopted(
            'it is CREATE_FAILED; it was made from studio:0.9; it belongs to another resource, or to an earlier one with this ' +
              'logical id. If no resource uses the version now, run aws sagemaker update-image-version --region eu-west-1 ' +
              `--image-name my-image --version-number 1 --aliases-to-delete ${foreign}`,
          ),
        ),
        writes: [],
      },
    },
    'adopts no version that the resource itself created earlier': {
      given: { before: { 1: [earlier] } },
      expected: { answer: failed(notCreated, expect.stringContaining(`--aliases-to-delete ${earlier}`)), writes: [] },
    },
    'adopts no version that does not exist': {
      expected: { answer: failed(notCreated, reasons.notAdopted('it does not exist')), writes: [] },
    },
    'removes the marker of a time when the version was in the stack before': {
      given: { before: { 1: ['latest'], 2: [sibling, marker('latest', 1)] } },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])], 2: [sibling] },
        writes: [
          updates(2, { AliasesToDelete: [marker('latest', 1)] }),
          updates(1, { AliasesToAdd: [adoptedOwn, adopted(['latest']), 'new'] }),
        ],
      },
    },
    'lets nothing go that a later Create has adopted when it is superseded': {
      given: {
        ...delivered,
        port: ({ imageVersions, stacks }) => ({
          updateImageVersion: async (parameters) => {
            await imageVersions.updateImageVersion(parameters);
            if (stacks.resource === 'gone') return;
            become(imageVersions, { 1: later });
            stacks.resource = 'gone';
          },
        }),
      },
      expected: { answer: 'superseded', after: { 1: later }, isRepeatable: false },
    },
    'lets nothing go that a later Create adopts in the meantime when it is superseded': {
      given: {
        ...delivered,
        port: ({ imageVersions, stacks }) => ({
          updateImageVersion: async (parameters) => {
            if (stacks.resource === 'gone') {
              become(imageVersions, { 1: later });
              throw inUse('Another call changes the version.');
            }
            await imageVersions.updateImageVersion(parameters);
            stacks.resource = 'gone';
          },
        }),
      },
      expected: { answer: 'superseded', after: { 1: later }, isRepeatable: false },
    },
    'lets nothing go if the version has a later adoption too': {
      given: {
        ...delivered,
        port: ({ imageVersions, stacks }) => ({
          updateImageVersion: async (parameters) => {
            if (stacks.resource === 'gone') return imageVersions.updateImageVersion(parameters);
            become(imageVersions, { 1: [...later, adoptedOwn, adopted(['latest'])] });
            stacks.resource = 'gone';
          },
        }),
      },
      expected: {
        answer: 'superseded',
        after: { 1: [...later, adoptedOwn, adopted(['latest'])] },
        isRepeatable: false,
      },
    },
    'returns nothing that a later Create has taken, in a first delivery too, when it is superseded': {
      given: {
        before: { 1: ['latest'], 2: [sibling, 'new'] },
        details: { 1: { CreationTime: new Date(issuedAt - 100_000) } },
        resource: stackResource('CREATE_IN_PROGRESS'),
        port: ({ imageVersions, stacks }) => ({
          updateImageVersion: async (parameters) => {
            if (imageVersions.aliases()[2]?.includes('new') !== true)
              return imageVersions.updateImageVersion(parameters);
            become(imageVersions, { 1: [...later, 'new'], 2: [sibling, marker('new', 1)] });
            stacks.resource = stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 20_000 });
          },
        }),
      },
      expected: {
        answer: 'superseded',
        after: { 1: [...later, 'new'], 2: [sibling, marker('new', 1)] },
        isRepeatable: false,
      },
    },
    'answers although SageMaker does not list the adoption yet when the time for the request ends': {
      given: {
        before: { 1: ['latest', 'new'] },
        details: { 1: { CreationTime: new Date(issuedAt - 100_000) } },
        port: listsUntil(20_000, { 1: ['latest', 'new'] }),
      },
      request: create({ Adopt: '1', Aliases: ['latest', 'new'], ServiceTimeout: '25' }),
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest', 'new'])] },
        isRepeatable: false,
      },
    },
    'answers only when SageMaker lists this adoption, and no longer an earlier one': {
      given: {
        before: { 1: ['latest', 'new', earlier, adopted(['latest'], issuedAt - 60_000)] },
        details: { 1: { CreationTime: new Date(issuedAt - 100_000) } },
        port: listsUntil(12_000, { 1: ['latest', 'new', earlier, adopted(['latest'], issuedAt - 60_000)] }),
      },
      expected: {
        answer: succeeded(1),
        after: { 1: ['latest', 'new', adoptedOwn, adopted(['latest'])] },
        takesMs: [12_000, 20_000],
        isRepeatable: false,
      },
    },
    'returns what it has taken before it lets the version go, if it cannot add the alias': {
      given: {
        before: { 1: ['latest'], 2: [sibling, 'new'] },
        next: { updateImageVersion: [succeeds, succeeds, accessDenied()] },
      },
      expected: {
        answer: failed(notCreated, reasons.notAuthorized),
        after: { 1: ['latest'], 2: [sibling, 'new'] },
      },
    },
    'lets the version go if it cannot take an alias': {
      given: {
        before: { 1: ['latest'], 2: [sibling, 'new'] },
        next: { updateImageVersion: [succeeds, accessDenied()] },
      },
      expected: {
        answer: failed(notCreated, reasons.notAuthorized),
        after: { 1: ['latest'], 2: [sibling, 'new'] },
        writes: [
          updates(1, { AliasesToAdd: [adoptedOwn, adopted(['latest'])] }),
          updates(2, { AliasesToDelete: ['new'], AliasesToAdd: [marker('new', 1)] }),
          updates(1, { AliasesToDelete: [adoptedOwn, adopted(['latest'])] }),
        ],
      },
    },
  });
});

/** An hour before the Delete. */
const adoptedAt = issuedAt - 3_600_000;
/** The stack is deleted after these events. It was created just before the adoption. */
const deletedAfter = (...happened: readonly ReturnType<typeof ofStack>[]) => ({
  operation: { StackStatus: 'DELETE_IN_PROGRESS', startedAt: adoptedAt - 10_000 },
  happened: [ofStack('DELETE_IN_PROGRESS', issuedAt - 1_000), ...happened],
});
const onVersion = ['latest', 'new', adoptedOwn, adopted(['latest'], adoptedAt)];
const kept = {
  answer: deleted(),
  after: { 1: ['latest'] },
  writes: [expect.objectContaining({ operation: 'updateImageVersion' })],
};
const gone = { answer: deleted(), after: {}, writes: [deletes(1)] };
/** CloudFormation has cancelled the Create that adopted the version. */
const cancelled = {
  operation: { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: adoptedAt },
  details: { 1: { CreationTime: new Date(adoptedAt - 1_000_000) } },
};
/** The image has all aliases, but the version only these: another delivery is changing it. */
const listsOfVersion =
  (...aliases: readonly string[]): NonNullable<Given['port']> =>
  ({ imageVersions }) => ({
    listAliases: async (version) => (version.Version === undefined ? imageVersions.listAliases(version) : aliases),
  });

describe('A Delete of an adopted version', () => {
  testEach(
    remove(undefined, { Aliases: ['latest', 'new'] }),
    {
      'deletes it if the stack was created since': {
        given: deletedAfter(ofStack('CREATE_COMPLETE', adoptedAt + 1_000)),
        expected: gone,
      },
      'deletes it in the clean-up of an update': {
        given: deletedAfter(
          ofStack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', issuedAt - 2_000),
          ofStack('UPDATE_COMPLETE', adoptedAt + 60_000),
        ),
        expected: gone,
      },
      'lets it go in the clean-up of the first operation that is completed since, because that one is without it': {
        given: deletedAfter(ofStack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', issuedAt - 2_000)),
        expected: kept,
      },
      'deletes it if CloudFormation does not list the events of that time any more': {
        given: { ...deletedAfter(), operation: { StackStatus: 'DELETE_IN_PROGRESS', startedAt: issuedAt - 90_000 } },
        expected: gone,
      },
      'keeps it if the resource adopted it after this Delete was issued': {
        given: {
          ...deletedAfter(),
          latenessMs: 70_000,
          before: { 1: ['latest', adoptedOwn, adopted(['latest'], issuedAt + 4_000)] },
        },
        expected: { answer: deleted(), writes: [], logs: { warn: [1] } },
      },
      'lets it go if nothing was completed since': {
        given: deletedAfter(ofStack('CREATE_FAILED', adoptedAt + 1_000), ofStack('CREATE_COMPLETE', adoptedAt - 1)),
        expected: {
          ...kept,
          writes: [updates(1, { AliasesToDelete: ['new', adoptedOwn, adopted(['latest'], adoptedAt)] })],
        },
      },
      'lets it go with all its aliases if they were more than a marker can record': {
        given: { ...deletedAfter(), before: { 1: [...many, 'latest', adoptedOwn, adoptedWith('all', adoptedAt)] } },
        expected: { answer: deleted(), after: { 1: [...many, 'latest'] } },
      },
      'lets it go without an alias that a later update declared, and with one that no template declares': {
        given: { ...deletedAfter(), before: { 1: [...onVersion, 'later', 'by-hand'] } },
        request: remove(undefined, { Aliases: ['later', 'new'] }),
        expected: { answer: deleted(), after: { 1: ['latest', 'by-hand'] } },
      },
      'lets it go if only a rollback, or another resource, was completed since': {
        given: deletedAfter(
          ofStack('UPDATE_ROLLBACK_COMPLETE', adoptedAt + 2_000),
          stackEvent('CREATE_COMPLETE', adoptedAt + 1_000, { PhysicalResourceId: 'another' }),
        ),
        expected: kept,
      },
      'lets it go if only the nested stack was completed since, and not the outermost one': {
        given: {
          ...deletedAfter(ofStack('CREATE_COMPLETE', adoptedAt + 1_000)),
          operation: {
            StackStatus: 'DELETE_IN_PROGRESS',
            startedAt: adoptedAt - 1,
            RootId: 'arn:of:the:outermost/stack',
          },
        },
        expected: kept,
      },
      'lets it go if CloudFormation does not answer': { expected: kept },
      'lets it go if the events are not shown': {
        given: { ...deletedAfter(), happened: undefined },
        expected: kept,
      },
      'does not ask for its deletion in the Reason if it cannot let it go': {
        given: { ...deletedAfter(), always: { updateImageVersion: accessDenied() } },
        expected: {
          answer: {
            Status: 'FAILED',
            PhysicalResourceId: deleted()['PhysicalResourceId'],
            Reason: reasons.notAuthorized + reasons.lookForOrphans,
          },
        },
      },
      'returns what it took, and keeps the marker of an alias that it gave': {
        given: {
          ...deletedAfter(),
          before: {
            1: [...onVersion, marker('latest', 3), marker('new', 3)],
            2: [sibling, marker('old', 1)],
            3: [sibling],
          },
        },
        request: remove(undefined, { Aliases: ['latest', 'new', 'old'] }),
        expected: {
          answer: deleted(),
          after: { 1: ['latest', marker('latest', 3)], 2: [sibling, 'old'], 3: [sibling] },
        },
      },
      'lets it go without the marker of an alias that it got later and no template declares any more': {
        given: { ...deletedAfter(), before: { 1: [...onVersion, marker('gone', 3)], 3: [sibling, 'gone'] } },
        expected: { answer: deleted(), after: { 1: ['latest'], 3: [sibling, 'gone'] } },
      },
      'by the name of the version that took its alias returns the alias if the stack never was complete': {
        request: remove(versionArn(2), { Aliases: ['latest'] }),
        given: {
          ...deletedAfter(),
          before: { 1: ['new', sibling, marker('latest', 2)], 2: [own, 'latest'] },
          details: { 2: { CreationTime: new Date(adoptedAt) } },
        },
        expected: { answer: deleted(versionArn(2)), after: { 1: ['new', 'latest', sibling] } },
      },
      'by the name of the version that took its alias returns nothing if the stack was complete': {
        request: remove(versionArn(2), { Aliases: ['latest'] }),
        given: {
          ...deletedAfter(ofStack('CREATE_COMPLETE', adoptedAt + 60_000)),
          before: { 1: ['new', sibling, marker('latest', 2)], 2: [own, 'latest'] },
          details: { 2: { CreationTime: new Date(adoptedAt) } },
        },
        expected: { answer: deleted(versionArn(2)), after: { 1: ['new', sibling, marker('latest', 2)] } },
      },
      'keeps it, and raises an alarm, if the marker of the adoption is missing': {
        given: { before: { 1: ['latest', adoptedOwn] } },
        expected: { answer: deleted(), writes: [], logs: { error: ['needsAttention'] }, isRepeatable: false },
      },
      'by an id that CloudFormation invents keeps it if the marker of the adoption is missing when it looks again': {
        request: remove(invented, { Adopt: '1', Aliases: ['latest', 'new'] }),
        given: { ...cancelled, port: listsOfVersion('latest', adoptedOwn) },
        expected: { answer: deleted(invented), writes: [], logs: { error: ['needsAttention'] }, isRepeatable: false },
      },
      'by an id that CloudFormation invents raises no alarm if another delivery has let it go': {
        request: remove(invented, { Adopt: '1', Aliases: ['latest', 'new'] }),
        given: { ...cancelled, port: listsOfVersion('latest') },
        expected: { answer: deleted(invented), writes: [], logs: { error: [] }, isRepeatable: false },
      },
      'by an id that CloudFormation invents keeps what a later Create adopts meanwhile': {
        request: remove(invented, { Adopt: '1', Aliases: ['latest', 'new'] }),
        given: {
          ...cancelled,
          port: listsOfVersion(
            'latest',
            `${ownership({ RequestId: 'later' })}0`,
            adopted(['latest'], issuedAt + 4_000),
          ),
        },
        expected: { answer: deleted(invented), writes: [], logs: { warn: ['newer than this Delete'] } },
      },
      'by an id that CloudFormation invents lets it go': {
        request: remove(invented, { Aliases: ['latest', 'new'] }),
        given: cancelled,
        expected: { ...kept, answer: deleted(invented) },
      },
      'by an id that CloudFormation invents leaves what an earlier Create adopted': {
        request: remove(invented, { Aliases: ['latest', 'new'] }),
        given: {
          operation: { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: adoptedAt + 60_000 },
          details: { 1: { CreationTime: new Date(adoptedAt - 1_000_000) } },
        },
        expected: { answer: deleted(invented), writes: [] },
      },
    },
    { before: { 1: onVersion } },
  );
});

describe('An Update with Adopt', () => {
  testEach(updateRequest(), {
    'only warns that it has no effect': {
      given: { before: { 1: [own], 2: [] } },
      request: updateRequest({
        ResourceProperties: { ...updateRequest().ResourceProperties, Adopt: '2' },
      }),
      expected: { answer: succeeded(1), writes: [], logs: { warn: [2] } },
    },
    'says nothing when Adopt stays, or names its own version': {
      given: { before: { 1: [own] } },
      request: updateRequest({
        ResourceProperties: { ...updateRequest().ResourceProperties, Adopt: '1' },
      }),
      expected: { answer: succeeded(1), writes: [], logs: { warn: [] } },
    },
  });
});

describe('A Delete that SageMaker refuses because something uses the version', () => {
  testEach(remove(undefined, { ServiceTimeout: 120 }), {
    'names the command that lists what uses it': {
      given: { before: { 1: [own] }, always: { deleteImageVersion: inUse('In use.') } },
      expected: {
        answer: {
          Status: 'FAILED',
          PhysicalResourceId: deleted()['PhysicalResourceId'],
          Reason: expect.stringContaining(
            ' To list what uses the version: npx --no sagemaker-image-version-provider used-by --region eu-west-1 my-image/1. If the stack is ',
          ),
        },
      },
    },
  });
});
