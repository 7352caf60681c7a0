import type { JsonMap } from '../../../sandbox/json.ts';
import { mapOf } from '../../../sandbox/json.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { createSageMaker } from '../../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../../sandbox/sagemaker/settings.ts';
import { eventLines, newWorld } from './world.ts';

const arnOf = (Version: number) => `arn:aws:sagemaker:eu-west-1:111122223333:image-version/Mine/${Version}`;
const repository = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine';

/** CloudFormation beside the simulated SageMaker, in which the image `Mine` exists. */
async function worldWithImage({ unreachable = '' } = {}) {
  const calls: [string, JsonMap][] = [];
  let sageMaker: ReturnType<typeof createSageMaker> | undefined;
  const world = newWorld({
    images: (clock) => {
      const failures = {
        versionCreation: ({ BaseImage }: { BaseImage: string }) =>
          BaseImage.endsWith(unreachable || '!') ? 'The tag does not exist.' : undefined,
      };
      sageMaker = createSageMaker(sageMakerSettings({ failures }), { clock, random: seededRandom(1) });
      sageMaker.onCall((operation, input) => {
        if (!operation.startsWith('Describe')) calls.push([operation, mapOf(input)]);
      });
      return sageMaker;
    },
  });
  await world.create(
    'Image! { Type: AWS::SageMaker::Image, Properties: { ImageName: Mine, ImageRoleArn: arn:aws:iam::111122223333:role/images } }',
    '',
    'images',
  );
  calls.length = 0;
  return {
    ...world,
    calls,
    call: (operation: string, input: JsonMap) =>
      world.clock.run(async () => sageMaker?.call(operation, { ImageName: 'Mine', ...input })),
    /** As `1 1.0 latest,stable`. */
    versions: () =>
      (sageMaker?.state().images['Mine']?.versions ?? []).map(({ Version, BaseImage, Aliases }) =>
        [Version, BaseImage.split(':').at(-1), Aliases.toSorted().join(',')].join(' ').trim(),
      ),
  };
}

function version(properties = '', attributes = '', tag = '1.0'): string {
  const base = `ImageName: Mine, BaseImage: '${repository}:${tag}'`;
  return `V! { Type: AWS::SageMaker::ImageVersion, ${attributes} Properties: { ${base}, ${properties} } }`;
}

describe('AWS::SageMaker::ImageVersion', () => {
  it('is created with its aliases and metadata, and has the attributes of its schema', async () => {
    const world = await worldWithImage();

    const result = await world.create(`
      ${version('Alias: latest, Aliases: [stable, latest], Horovod: true, JobType: NOTEBOOK_KERNEL, ReleaseNotes: N')}
      A: { Of: !Ref V, Image: !GetAtt V.ImageArn, Number: !GetAtt V.Version, Digest: !GetAtt V.ContainerImage }
    `);

    expect(result.StackStatus).toBe('CREATE_COMPLETE');
    expect(world.calls).toEqual([
      [
        'CreateImageVersion',
        {
          ...{ ImageName: 'Mine', BaseImage: `${repository}:1.0`, Aliases: ['latest', 'stable'] },
          ...{ Horovod: true, JobType: 'NOTEBOOK_KERNEL', ReleaseNotes: 'N', ClientToken: expect.any(String) },
        },
      ],
    ]);
    expect(world.requests[0]?.ResourceProperties).toMatchObject({
      Of: arnOf(1),
      Image: 'arn:aws:sagemaker:eu-west-1:111122223333:image/Mine',
      Number: '1',
      Digest: expect.stringMatching(/^111122223333.*\/mine@sha256:\w{64}$/),
    });
    expect(eventLines(result).slice(1, 4)).toEqual([
      'V CREATE_IN_PROGRESS',
      'V CREATE_IN_PROGRESS: Resource creation Initiated',
      'V CREATE_COMPLETE',
    ]);
  });

  it('is updated in place to the declared aliases, whoever has added another one', async () => {
    const world = await worldWithImage();
    await world.create(version('Aliases: [latest, stable], ReleaseNotes: before'));
    await world.call('UpdateImageVersion', { Version: 1, AliasesToAdd: ['by-hand'] });

    const result = await world.update(version('Aliases: [stable, long-term], ReleaseNotes: after'));

    expect(result.StackStatus).toBe('UPDATE_COMPLETE');
    expect(world.calls.at(-1)).toEqual([
      'UpdateImageVersion',
      {
        ...{ ImageName: 'Mine', Version: 1, ReleaseNotes: 'after' },
        ...{ AliasesToAdd: ['long-term'], AliasesToDelete: ['by-hand', 'latest'] },
      },
    ]);
    expect(world.versions()).toEqual(['1 1.0 long-term,stable']);
  });

  it('is replaced if BaseImage changes: the new version is created before the old one is deleted', async () => {
    const world = await worldWithImage();
    await world.create(version());

    const result = await world.update(version('', '', '2.0'));

    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'V UPDATE_IN_PROGRESS',
      'V UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
      'V UPDATE_IN_PROGRESS: Resource creation Initiated',
      'V UPDATE_COMPLETE',
      'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'V DELETE_IN_PROGRESS',
      'V DELETE_COMPLETE',
      'app UPDATE_COMPLETE',
    ]);
    expect(world.versions()).toEqual(['2 2.0']);
  });

  it('cannot be replaced if it has a fixed alias', async () => {
    const world = await worldWithImage();
    await world.create(version('Alias: latest'));

    const result = await world.update(version('Alias: latest', '', '2.0'));

    expect(eventLines(result)).toContain(
      `V UPDATE_FAILED: Resource handler returned message: "Alias latest is already used by ImageVersion ${arnOf(1)}" ` +
        '(HandlerErrorCode: ResourceConflict)',
    );
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.versions()).toEqual(['1 1.0 latest']);
  });

  it('hides why SageMaker could not create it, and is deleted', async () => {
    const world = await worldWithImage({ unreachable: ':none' });

    const result = await world.create(version('', '', 'none'));

    expect(eventLines(result)).toContain(
      `V CREATE_FAILED: Resource handler returned message: "AWS::SageMaker::ImageVersion [${arnOf(1)}] failed to create." ` +
        '(HandlerErrorCode: GeneralServiceException)',
    );
    expect(result.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(world.versions()).toEqual([]);
  });

  it('is deleted after a cancelled creation, although SageMaker does not delete a version that it is creating', async () => {
    const world = await worldWithImage();
    world.provideWith(() => ({ Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'No', afterMs: 2500 }));

    const result = await world.create(`${version()}\nA: {}`);

    expect(eventLines(result)).toContain('V CREATE_FAILED: Resource creation cancelled');
    expect(eventLines(result)).toContain('V DELETE_COMPLETE');
    expect(world.versions()).toEqual([]);
  });

  it.each([
    ['stays when it leaves a template whose last deployment has Retain', 'Retain', ['1 1.0 latest']],
    ['is deleted when it leaves a template whose last deployment has no policy', 'Delete', []],
  ])('%s', async (_name, DeletionPolicy, expected) => {
    const world = await worldWithImage();
    await world.create(`${version('Alias: latest', `DeletionPolicy: ${DeletionPolicy},`)}\nA: {}`);

    await world.update('A: {}');

    expect(world.versions()).toEqual(expected);
  });

  it('fails without its image', async () => {
    const world = await worldWithImage();

    const result = await world.create(version().replace('Mine', 'Other'));

    expect(eventLines(result)).toContain(
      'V CREATE_FAILED: Resource handler returned message: "Image with ARN arn:aws:sagemaker:eu-west-1:111122223333:image/Other ' +
        'does not exist" (HandlerErrorCode: InvalidRequest)',
    );
  });

  it('reports every value that its schema forbids', async () => {
    const world = await worldWithImage();

    const refused = world.create(version('Horovod: maybe, JobType: NOTHING, Alias: -x, Version: 1'));

    const problems = await refused.then(String, String);
    expect(problems.match(/(?<=with message: ).*/g)?.toSorted()).toEqual([
      '#/Alias: failed validation constraint for keyword [pattern]',
      '#/Horovod: expected type: Boolean, found: String',
      '#/JobType: failed validation constraint for keyword [enum]',
      '#: extraneous key [Version] is not permitted',
    ]);
  });
});
