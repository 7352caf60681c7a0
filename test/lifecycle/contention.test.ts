import { brokenConnection } from '../../sandbox/faults/fault-injector.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { inSandbox } from '../support/lifecycle.ts';
import { imageStack, stackOf, version, versions, versionsOf } from '../support/stacks.ts';

describe('Contention', () => {
  it.each(['free', 'busy'] as const)(
    'ten versions of one image, made in parallel without DependsOn, all succeed (image %s)',
    (imageWhileVersionIsCreated) =>
      inSandbox(
        async ({ sandbox }) => {
          const ten = Object.fromEntries(
            Array.from({ length: 10 }, (_, index) => [`Version${index}`, version({ Alias: `a${index}` })]),
          );

          const { StackStatus } = await sandbox.cloudFormation.createStack('s', stackOf(ten));

          expect(StackStatus).toBe('CREATE_COMPLETE');
          expect(versions(sandbox)).toHaveLength(10);
          expect(new Set(versions(sandbox).map((line) => line.split(' ').at(-1))).size).toBe(10);
        },
        { sageMaker: { switches: { imageWhileVersionIsCreated } } },
      ),
  );

  it.each([
    ['ThrottlingException', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
  ])('%s on every second call or so is ridden out', (code, status) =>
    inSandbox(async ({ sandbox }) => {
      const random = seededRandom(5);
      sandbox.sageMaker.intercept(async (operation, _input, next) => {
        if (!/Version|Aliases/.test(operation)) return next();
        return random() < 0.5 ? errorAnswer(code, 'Try later', 'request-1', { status }) : next();
      });

      const created = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'latest' }) }));
      expect(created.StackStatus).toBe('CREATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);

      const deleted = await sandbox.cloudFormation.deleteStack('s');
      expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
      expect(versions(sandbox)).toEqual([]);
    }),
  );

  it('what SageMaker refuses until the end is what the Reason tells', () =>
    inSandbox(async ({ sandbox, clock }) => {
      sandbox.sageMaker.intercept(async (operation, _input, next) => {
        await clock.sleep(1);
        return operation === 'CreateImageVersion'
          ? errorAnswer('ThrottlingException', 'Rate exceeded', 'request-1', { status: 400 })
          : next();
      });

      const hurried = stackOf({ Stable: version({ ServiceTimeout: 600 }) });
      const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', hurried);

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      expect(events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason).toMatch(
        /SageMaker refused to create a version of image studio \(SageMaker request request-1\): ThrottlingException: Rate exceeded\. Try again later\. The provider tried \d\d times\. \(Log: /,
      );
    }));

  it.each([
    ['everything', /./, []],
    ['making one', /^CreateImageVersion$/, []],
    ['everything after it is made', /^(?!CreateImageVersion|ListAliases$)/, ['studio/1 1.0 CREATING latest']],
  ])('a stack whose provider is denied %s is rolled back, and nothing is hidden', (_what, denied, left) =>
    inSandbox(async ({ sandbox }) => {
      sandbox.sageMaker.intercept(async (operation, _input, next) => {
        if (!/Version|Aliases/.test(operation) || !denied.test(operation)) return next();
        return errorAnswer('AccessDeniedException', 'No policy allows it', 'request-1');
      });

      const created = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'latest' }) }));

      expect(created.StackStatus).toBe(left.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
      expect(versions(sandbox)).toEqual(left);
    }),
  );

  it('an answer that is lost after SageMaker has acted makes no second version', () =>
    inSandbox(
      async ({ sandbox }) => {
        let lost = 0;
        sandbox.sageMaker.intercept(async (operation, _input, next) => {
          const answer = await next();
          if (operation !== 'CreateImageVersion' || lost > 0) return answer;
          lost += 1;
          return brokenConnection();
        });

        const { StackStatus } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));

        expect(lost).toBe(1);
        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
      },
      { sageMaker: { switches: { ClientToken: 'forgotten' } } },
    ));

  it('a refusal that no retry can change fails at once, and says what to do', () =>
    inSandbox(async ({ sandbox, clock }) => {
      sandbox.sageMaker.intercept(async (operation, _input, next) =>
        operation === 'CreateImageVersion'
          ? errorAnswer('AccessDeniedException', 'User is not authorized', 'request-1')
          : next(),
      );
      const begun = clock.now();

      const { events } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));

      const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
      expect(failed?.ResourceStatusReason).toContain(
        'Message returned: SageMaker refused to create a version of image studio (SageMaker request request-1): ' +
          "AccessDeniedException: User is not authorized. Check that ImageName matches the provider's ImageNamePattern, " +
          "and that nobody changed the provider's role. (Log: ",
      );
      expect(failed?.PhysicalResourceId).toMatch(/^not-created\//);
      expect(clock.now() - begun).toBeLessThan(30_000);
    }));

  it.each(['ResourceInUse', 'ValidationException'] as const)(
    'of a Delete with the deletion of the whole image is ridden out (%s)',
    (imageInTransition) =>
      inSandbox(
        async ({ sandbox, calls }) => {
          await imageStack(sandbox);
          await sandbox.cloudFormation.createStack('s', versionsOf({ Stable: version() }));
          sandbox.sageMaker.intercept(async (operation, _input, next) => {
            if (operation === 'DeleteImageVersion')
              await sandbox.sageMaker.call('DeleteImage', { ImageName: 'studio' });
            return next();
          });

          const deleted = await sandbox.cloudFormation.deleteStack('s');

          expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
          expect(calls.filter((call) => call === 'DeleteImageVersion').length).toBeGreaterThan(1);
          expect(sandbox.sageMaker.snapshot().images).toEqual({});
        },
        { sageMaker: { switches: { imageInTransition }, durations: { imageDeletion: [30_000, 30_000] } } },
      ),
  );

  it.each(['ResourceInUse', 'ValidationException'] as const)(
    'of a Create with the creation of the image, which EXPRESS mode reports as complete too early, is ridden out (%s)',
    (imageInTransition) =>
      inSandbox(
        async ({ sandbox, calls }) => {
          const express = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;

          const { StackStatus } = await sandbox.cloudFormation.createStack(
            's',
            stackOf({ Stable: version() }),
            express,
          );

          expect(StackStatus).toBe('CREATE_COMPLETE');
          expect(calls.filter((call) => call === 'CreateImageVersion').length).toBeGreaterThan(1);
          expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
        },
        { sageMaker: { switches: { imageInTransition }, durations: { imageCreation: [20_000, 20_000] } } },
      ),
  );
});
