// What is wrong with each property, test/unit/image-version/properties.test.ts has.
import { notCreated, own } from '../support/provider/aliases.ts';
import { versionArn } from '../support/provider/builders.ts';
import { invalidProperties } from '../support/provider/reasons.ts';
import { create, failed, simulate, succeeded, update, where } from '../support/provider/simulate-request.ts';

describe('Invalid properties', () => {
  test.each([
    [
      'Create that says everything that is wrong',
      create({ ImageName: 'a b', Colour: 'red' }),
      failed(
        notCreated,
        invalidProperties(
          'Colour is not a property of an image version',
          'ImageName must be the name, not an ARN: letters and digits, with single hyphens or dots between them, not "a b"',
        ),
      ),
    ],
    [
      'Update with the same id',
      update({ BaseImage: undefined }),
      failed(versionArn(1), invalidProperties('BaseImage is required')),
    ],
    [
      'Update of a Create that failed with the same id',
      update({ BaseImage: undefined }, {}, { PhysicalResourceId: notCreated }),
      failed(notCreated, invalidProperties('BaseImage is required')),
    ],
  ])('fail a %s, before anything is called', async (_what, request, answer) => {
    const { deliver, imageVersions, stacks } = simulate(request, { before: { 1: [own] } });

    expect(await deliver()).toEqual(answer);
    expect(imageVersions.calls).toEqual([]);
    expect(stacks.asked).toEqual([]);
  });

  test.each([4_000, 100_000])('fail a Create when they are nested %d levels deep', async (levels) => {
    const Aliases: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    const problem = `Aliases[0] must be a string, not ${'['.repeat(19)}"..."${']'.repeat(19)}`;

    const { deliver } = simulate(create({ Aliases }));

    expect(await deliver()).toEqual(failed(notCreated, invalidProperties(problem)));
  });

  test('do no harm in a rollback when the template before had them, nested 100,000 levels deep', async () => {
    const ImageName: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

    const { deliver } = simulate(update({}, { ImageName }), { before: { 1: [own] } });

    expect(await deliver()).toEqual(succeeded(1));
  });

  test('are reported in at most 4096 bytes, and the name of the log is kept', async () => {
    const { bucket, deliver } = simulate(create({ Aliases: Array.from({ length: 200 }, () => 'not an alias') }));

    await deliver();

    expect(bucket.answers).toMatchObject([{ Reason: expect.stringContaining(`...${where}`) }]);
  });
});

test('Scalars arrive as strings or in their own type', async () => {
  const typed = { Horovod: true, Aliases: [14, true] };
  const stringified = { Horovod: 'true', Aliases: ['14', 'true'] };
  const writes = [typed, stringified].map(async (properties) => {
    const { deliver, imageVersions } = simulate(create(properties));
    expect(await deliver()).toEqual(succeeded(1));
    return imageVersions.writes();
  });

  const [one, other] = await Promise.all(writes);

  expect(one).toEqual(other);
  expect(one).toMatchObject([{ input: { Horovod: true, Aliases: [own, '14', 'true'] } }]);
});
