import { resolve } from 'node:path';
import { realClock } from '../../sandbox/clock.ts';
import { createProcessExecutor } from '../../sandbox/lambda/process-executor.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { type OpenSandbox, openSandbox, readProviderTemplate } from '../../sandbox/sandbox.ts';
import { stackOf, version, versions } from '../support/stacks.ts';

/** What runs the bundles: the sandbox's own runtime or, in .ci/run, AWS's runtime interface client on Lambda's Node.js. */
const bootstrapPath = resolve(process.env['LAMBDA_RIC'] ?? 'sandbox/dist/bootstrap.cjs');
const nodePath = process.env['LAMBDA_NODE'] ?? process.execPath;

let sandbox: OpenSandbox;

beforeAll(async () => {
  const random = seededRandom(1);
  sandbox = await openSandbox({
    clock: realClock,
    random,
    providerTemplate: readProviderTemplate('template.yaml'),
    providerParameters: { ImageNamePattern: '*' },
    sageMaker: { durations: { imageCreation: [0, 0], imageDeletion: [0, 0], versionCreation: [300, 300] } },
    executor: (configuration, { sageMaker, cloudFormation }) =>
      createProcessExecutor(
        configuration,
        {
          Region: 'eu-west-1',
          bootstrapPath,
          nodePath,
          extraVariables: { AWS_ENDPOINT_URL_SAGEMAKER: sageMaker, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation },
        },
        { clock: realClock, random },
      ),
  });
});

afterAll(() => sandbox.close());

it('The built bundle carries out a Create under the runtime, in a process of its own', async () => {
  const { StackStatus } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));

  expect({ StackStatus, versions: versions(sandbox) }).toEqual({
    StackStatus: 'CREATE_COMPLETE',
    versions: ['studio/1 1.0 CREATED'],
  });
});
