import { OutOfTime } from '../../../src/errors.ts';
import { isChanging, pollDelayMs, stabilize } from '../../../src/image-version/stabilize.ts';
import { imageVersion } from '../../support/provider/builders.ts';
import { accessDenied, throttled } from '../../support/provider/fake-image-versions.ts';
import { world } from '../../support/provider/world.ts';

const version = { ImageName: 'my-image', Version: 1 };

function worldWithVersion(options: Parameters<typeof world>[0] = {}) {
  const dependencies = world(options);
  dependencies.imageVersions.add(imageVersion());
  return dependencies;
}

describe('pollDelayMs', () => {
  test('is a twelfth of the time waited, from 1.5 to 9 seconds', () => {
    expect([0, 18_000, 24_000, 60_000, 108_000, 3_600_000].map(pollDelayMs)).toEqual([
      1_500, 1_500, 2_000, 5_000, 9_000, 9_000,
    ]);
  });
});

describe('isChanging', () => {
  test.each(['CREATING', 'DELETING'] as const)('says so of a version that is %s', (ImageVersionStatus) => {
    expect(isChanging(imageVersion({ ImageVersionStatus }))).toBe(true);
  });

  test.each(['CREATED', 'CREATE_FAILED', 'DELETE_FAILED'] as const)(
    'does not say so of a version that is %s',
    (ImageVersionStatus) => {
      expect(isChanging(imageVersion({ ImageVersionStatus }))).toBe(false);
    },
  );
});

describe('stabilize', () => {
  test.each(['CREATED', 'CREATE_FAILED', 'DELETE_FAILED'] as const)(
    'returns a version that is %s at once',
    async (status) => {
      const dependencies = worldWithVersion();
      dependencies.imageVersions.becomes(1, status);

      expect((await stabilize(version, dependencies))?.ImageVersionStatus).toBe(status);
      expect(dependencies.imageVersions.calls).toEqual([{ operation: 'describeImageVersion', input: version }]);
    },
  );

  test('polls until the version is CREATED, and tells what it polls', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'CREATING', 'CREATING', 'CREATED');

    expect((await stabilize(version, dependencies))?.ImageVersionStatus).toBe('CREATED');
    expect(dependencies.clock.slept).toEqual([1_500, 1_500]);
    expect(dependencies.log.lines).toEqual([
      { level: 'debug', message: 'Polling', details: { ...version, status: 'CREATING' } },
      { level: 'debug', message: 'Polling', details: { ...version, status: 'CREATING' } },
    ]);
  });

  test('polls until a version that is DELETING is gone', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'DELETING', 'gone');

    expect(await stabilize(version, dependencies)).toBeUndefined();
  });

  test('polls less often the longer it waits', async () => {
    const dependencies = worldWithVersion({ deadlinesMs: { request: 600_000 } });
    dependencies.imageVersions.becomes(1, 'CREATING');

    await expect(stabilize(version, dependencies)).rejects.toMatchObject({ code: 'NotStabilized' });

    expect(Math.max(...dependencies.clock.slept)).toBe(9_000);
    expect(dependencies.imageVersions.calls.length).toBeLessThan(100);
  });

  test('returns undefined at the first absence unless told otherwise', async () => {
    const dependencies = world();

    expect(await stabilize(version, dependencies)).toBeUndefined();
    expect(dependencies.imageVersions.calls).toHaveLength(1);
  });

  test('gives a version that has only just been made time to show itself', async () => {
    const dependencies = world();
    const appear = () => dependencies.imageVersions.add(imageVersion());
    dependencies.imageVersions.next('describeImageVersion', {}, {}, { meanwhile: appear });

    expect((await stabilize(version, dependencies, { unseenMs: 3_001 }))?.Version).toBe(1);
    expect(dependencies.log.lines[0]?.details).toEqual({ ...version, status: 'not to be found' });
  });

  test('takes a version for gone that does not show itself in that time', async () => {
    const dependencies = world();

    expect(await stabilize(version, dependencies, { unseenMs: 3_000 })).toBeUndefined();
    expect(dependencies.clock.slept).toEqual([1_500, 1_500]);
  });

  test('takes a version for gone at once that has shown itself before', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'CREATING', 'gone');

    expect(await stabilize(version, dependencies, { unseenMs: 10_000 })).toBeUndefined();
    expect(dependencies.clock.slept).toEqual([1_500]);
  });

  test('retries a throttled look', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('describeImageVersion', { refuses: throttled() }, { refuses: throttled() });

    expect((await stabilize(version, dependencies))?.Version).toBe(1);
    expect(dependencies.clock.slept).toEqual([125, 250]);
  });

  test('throws what SageMaker refuses for good', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('describeImageVersion', { refuses: accessDenied() });

    await expect(stabilize(version, dependencies)).rejects.toEqual(accessDenied());
  });

  test.each([
    ['CREATING', 'Version 1 of image my-image was still CREATING when the time for the request had run out.'],
    ['DELETING', 'Version 1 of image my-image was still DELETING when the time for the request had run out.'],
  ] as const)('says at the deadline of the request that the version is still %s', async (status, message) => {
    const dependencies = worldWithVersion({ deadlinesMs: { request: 2_000 } });
    dependencies.imageVersions.becomes(1, status);

    await expect(stabilize(version, dependencies)).rejects.toMatchObject({ code: 'NotStabilized', message });
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    const dependencies = worldWithVersion({ deadlinesMs: { invocation: 3_000 } });
    dependencies.imageVersions.becomes(1, 'CREATING');

    await expect(stabilize(version, dependencies)).rejects.toEqual(new OutOfTime());
    expect(dependencies.clock.slept).toEqual([1_500, 1_500]);
  });
});
