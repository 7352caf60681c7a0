import type { CloudFormationSettings } from '../../../sandbox/cloudformation/settings.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { createSageMaker } from '../../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../../sandbox/sagemaker/settings.ts';
import { eventLines, failing, newWorld, requestLines, START, stackSource, type World } from './world.ts';

const express = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;

const ROLE = 'arn:aws:iam::111122223333:role/images';
const imageAndVersion = `
  I! { Type: AWS::SageMaker::Image, Properties: { ImageName: mine, ImageRoleArn: ${ROLE} } }
  A: { Image: !Ref I }
`;

/** A world with the simulated SageMaker, in which an image takes a minute to be created and to be deleted. */
function worldWithImages(settings: Partial<CloudFormationSettings> = {}) {
  const aMinute = [60_000, 60_000] as const;
  return newWorld({
    settings,
    images: (clock) =>
      createSageMaker(sageMakerSettings({ durations: { imageCreation: aMinute, imageDeletion: aMinute } }), {
        clock,
        random: seededRandom(3),
      }),
  });
}

function create(world: World, resources: string) {
  return world.clock.run(() => world.cloudFormation.createStack('app', stackSource(resources), express));
}

/** The seconds from the start until each event of `result`. */
function timed(result: Awaited<ReturnType<World['remove']>>): readonly string[] {
  const times = (result?.events ?? []).map(({ Timestamp }) => (Timestamp - START) / 1000);
  return eventLines(result).map((line, index) => `${times[index]} ${line}`);
}

describe('express mode', () => {
  it('completes an image while SageMaker creates it, and waits for custom resources', async () => {
    const world = worldWithImages();

    const result = await create(world, imageAndVersion);

    expect(timed(result)).toEqual([
      '0 app CREATE_IN_PROGRESS: User Initiated',
      '0 I CREATE_IN_PROGRESS',
      '2.1 I CREATE_IN_PROGRESS: Resource creation Initiated',
      '2.1 I CREATE_COMPLETE',
      '2.1 A CREATE_IN_PROGRESS',
      '3.1 A CREATE_IN_PROGRESS: Resource creation Initiated',
      '3.1 A CREATE_COMPLETE',
      '3.1 app CREATE_COMPLETE',
    ]);
  });

  it.each<[CloudFormationSettings['imageDeletionInExpress'], readonly string[]]>([
    ['waits', ['A DELETE_IN_PROGRESS', 'A DELETE_COMPLETE', 'I DELETE_IN_PROGRESS', 'I DELETE_COMPLETE']],
    ['overlaps', ['I DELETE_IN_PROGRESS', 'A DELETE_IN_PROGRESS', 'I DELETE_COMPLETE', 'A DELETE_COMPLETE']],
  ])('deletes an image without waiting until it is gone: %s', async (imageDeletionInExpress, expected) => {
    const world = worldWithImages({ imageDeletionInExpress });
    await create(world, imageAndVersion);
    await world.clock.run(() => world.clock.sleep(60_000));

    const result = await world.remove();

    expect(eventLines(result).slice(1, -1)).toEqual(expected);
    expect((result?.events.at(-1)?.Timestamp ?? 0) - (result?.events[0]?.Timestamp ?? 0)).toBeLessThan(2000);
  });

  it.each([
    [{ DeploymentConfig: { Mode: 'EXPRESS' } } as const, 'CREATE_FAILED'],
    [{ DeploymentConfig: { Mode: 'EXPRESS', DisableRollback: false } } as const, 'ROLLBACK_COMPLETE'],
  ])('disables rollback unless the operation enables it: %j', async (options, expected) => {
    const world = newWorld({ provider: failing('Create', { Status: 'FAILED', Reason: 'No' }) });

    const result = await world.clock.run(() => world.cloudFormation.createStack('app', stackSource('A: {}'), options));

    expect(result.StackStatus).toBe(expected);
  });

  it.each<[CloudFormationSettings['replacementInExpress'], readonly string[]]>([
    ['taken', ['Create A', 'Update A a-1', 'Delete A a-1']],
    ['forgotten', ['Create A', 'Update A a-1', 'Update A a-1']],
    ['deleted', ['Create A', 'Update A a-1', 'Update A a-1', 'Delete A a-2']],
  ])('replaces a custom resource: %s', async (replacementInExpress, expected) => {
    const world = newWorld({ settings: { replacementInExpress } });
    await create(world, 'A: { Name: a-1 }');

    await world.clock.run(() => world.cloudFormation.updateStack('app', stackSource('A: { Name: a-2 }'), express));

    expect(requestLines(world.requests)).toEqual(expected);
  });
});
