// What the doctor reads of Studio, over the wire: every page, in spite of throttling, and what it may not read.
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DoctorError } from '../../doctor/errors.ts';
import { readStudio } from '../../doctor/studio.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { domainId, studioResource, type Wire, wires } from '../support/sagemaker.ts';

const { open } = wires();

async function openStudio(): Promise<Wire> {
  const wire = await open({ largestPageSize: 2 });
  wire.studio.push(studioResource('Domain'));
  for (const UserProfileName of ['ana', 'bo', 'eve']) {
    wire.studio.push(studioResource('UserProfile', { UserProfileName }));
  }
  wire.studio.push(studioResource('Space', { SpaceName: 'shared' }));
  wire.studio.push(studioResource('App', { SpaceName: 'shared', AppType: 'JupyterLab', AppName: 'default' }));
  return wire;
}

function read({ url }: Wire) {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return readStudio(new SageMakerClient({ endpoint: url, region: 'eu-west-1', credentials }), 'eu-west-1');
}

/** Answers the first `count` calls of these operations with an error. */
function refuse({ sagemaker }: Wire, operations: readonly string[], code: string, count = Number.POSITIVE_INFINITY) {
  let refused = 0;
  sagemaker.intercept(async (operation, _input, next) => {
    if (!operations.includes(operation) || refused === count) return next();
    refused += 1;
    return errorAnswer(code, 'You may not.', 'request');
  });
}

const everything = [
  `Domain ${domainId}`,
  ...['ana', 'bo', 'eve'].map((name) => `UserProfile ${domainId}/${name}`),
  `Space ${domainId}/shared`,
  `App ${domainId}/shared/JupyterLab/default`,
];

test('every page of every list is read, also if SageMaker throttles', async () => {
  const wire = await openStudio();
  refuse(wire, ['ListUserProfiles', 'DescribeApp'], 'ThrottlingException', 2);

  const { resources, notRead } = await read(wire);

  expect(resources.map(({ Kind, name }) => `${Kind} ${name}`)).toEqual(everything);
  expect(notRead).toEqual([]);
});

test('what may not be read is reported once for each action, and the rest is read', async () => {
  const wire = await openStudio();
  refuse(wire, ['DescribeUserProfile', 'ListApps'], 'AccessDeniedException');

  const { resources, notRead } = await read(wire);

  expect(resources.map(({ Kind, name }) => `${Kind} ${name}`)).toEqual([everything[0], everything[4]]);
  expect(notRead).toEqual(
    ['DescribeUserProfile', 'ListApps'].map(
      (action) =>
        `sagemaker:${action} is not allowed in eu-west-1. AccessDeniedException: You may not. ` +
        'The doctor needs this permission.',
    ),
  );
});

test('an app that is deleted, which SageMaker still lists for a day, is left out', async () => {
  const wire = await openStudio();
  const app = { SpaceName: 'shared', AppType: 'JupyterLab', AppName: 'earlier', Status: 'Deleted' };
  wire.studio.push(studioResource('App', app));

  const { resources } = await read(wire);

  expect(resources.map(({ Kind, name }) => `${Kind} ${name}`)).toEqual(everything);
});

test('what is deleted after it was listed is left out', async () => {
  const wire = await openStudio();
  refuse(wire, ['DescribeSpace'], 'ResourceNotFound');

  const { resources, notRead } = await read(wire);

  expect(resources.map(({ Kind }) => Kind)).not.toContain('Space');
  expect(notRead).toEqual([]);
});

test('an answer that is no refusal ends the search', async () => {
  const wire = await openStudio();
  refuse(wire, ['ListSpaces'], 'ValidationException');

  await expect(read(wire)).rejects.toThrow(DoctorError);
});
