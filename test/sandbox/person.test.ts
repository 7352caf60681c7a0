import type { PersonFault } from '../../sandbox/faults/fault.ts';
import { actByHand, isPersons } from '../../sandbox/faults/person.ts';
import type { Json } from '../../sandbox/json.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const BaseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.0';

/** An image `studio` with two versions of a stack, the first of which has `latest`. */
async function studio() {
  const clock = new VirtualClock(0);
  const sageMaker = createSageMaker(sageMakerSettings(), { clock, random: seededRandom(1) });
  const call = (operation: string, input: Json) =>
    clock.run(async () => {
      await sageMaker.call(operation, input);
      await clock.sleep(60_000);
    });
  await call('CreateImage', { ImageName: 'studio', RoleArn: 'arn:aws:iam::111122223333:role/StudioImages' });
  await call('CreateImageVersion', { ImageName: 'studio', BaseImage, ClientToken: 'one', Aliases: ['latest'] });
  await call('CreateImageVersion', { ImageName: 'studio', BaseImage, ClientToken: 'two' });
  const act = (does: PersonFault['does'], { ImageName = 'studio', Alias = 'latest' } = {}) =>
    clock.run(async () => {
      await actByHand({ on: 'person', does, ImageName, Alias, afterMs: 0 }, { clock, sageMaker });
      await clock.sleep(60_000);
    });
  const shown = () =>
    (sageMaker.state().images['studio']?.versions ?? []).map(
      (version) => `${version.Version}${isPersons(version) ? ' by hand' : ''}: ${version.Aliases.join(',')}`,
    );
  return { act, shown };
}

test('A person moves an alias to a version of his own, which he creates if there is none', async () => {
  const { act, shown } = await studio();

  await act('move-alias');
  expect(shown()).toEqual(['1: ', '2: ', '3 by hand: latest']);
  await act('move-alias', { Alias: 'free' });
  expect(shown()).toEqual(['1: ', '2: ', '3 by hand: latest,free']);
});

test('A person creates a version without aliases', async () => {
  const { act, shown } = await studio();

  await act('create-version');
  expect(shown()).toEqual(['1: latest', '2: ', '3 by hand: ']);
});

test('A person deletes the version with the alias, or else the newest that is not his own', async () => {
  const { act, shown } = await studio();

  await act('create-version');
  await act('delete-version');
  expect(shown()).toEqual(['2: ', '3 by hand: ']);
  await act('delete-version', { Alias: 'nobody' });
  expect(shown()).toEqual(['3 by hand: ']);
});

test('A person creates an image again, and its numbers begin anew', async () => {
  const { act, shown } = await studio();

  await act('create-image-again');
  expect(shown()).toEqual([]);
  await act('create-version');
  expect(shown()).toEqual(['1 by hand: ']);
});

test('A person changes nothing where there is no such image', async () => {
  const { act, shown } = await studio();

  await act('create-image-again', { ImageName: 'another' });
  await act('delete-version', { ImageName: 'another' });
  expect(shown()).toEqual(['1: latest', '2: ']);
});
