import {
  DescribeAppCommand,
  DescribeDomainCommand,
  ListAppsCommand,
  ListUserProfilesCommand,
  paginateListDomains,
} from '@aws-sdk/client-sagemaker';
import { domainId, studioResource, wires } from '../../support/sagemaker.ts';

const { open } = wires();
const profile = (UserProfileName: string, createdAtMs: number) =>
  studioResource('UserProfile', { UserProfileName }, createdAtMs);
const app = (owner: object) => studioResource('App', { ...owner, AppType: 'JupyterLab', AppName: 'default' });

test('the settings of a domain are shown as the stack has set them, with numbers for texts', async () => {
  const { client, studio } = await open();
  const CustomImages = [{ ImageName: 'my-image', ImageVersionNumber: '3', AppImageConfigName: 'config' }];
  studio.push(studioResource('Domain', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } }));

  const { DefaultUserSettings, Status } = await client.send(new DescribeDomainCommand({ DomainId: domainId }));

  const offered = { ...CustomImages[0], ImageVersionNumber: 3 };
  expect({ DefaultUserSettings, Status }).toEqual({
    DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [offered] } },
    Status: 'InService',
  });
});

test('what does not exist ends in ResourceNotFound', async () => {
  const { post } = await open();

  const { body } = await post('DescribeUserProfile', { DomainId: domainId, UserProfileName: 'ana' });

  expect(body).toEqual({ __type: 'ResourceNotFound', Message: `UserProfile [${domainId}, ana] does not exist` });
});

test('lists come in pages', async () => {
  const { client, studio } = await open({ largestPageSize: 2 });
  for (const name of ['a', 'b', 'c']) studio.push(studioResource('Domain', { DomainId: `d-${name}` }));
  const pages: unknown[] = [];

  for await (const { Domains } of paginateListDomains({ client }, {}))
    pages.push(Domains?.map((each) => each.DomainId));

  expect(pages).toEqual([['d-a', 'd-b'], ['d-c']]);
});

test('lists are filtered and sorted', async () => {
  const { client, studio } = await open();
  studio.push(profile('ana', 1000), profile('bo', 3000), profile('joanna', 2000));
  const list = async (input: object) => {
    const { UserProfiles } = await client.send(new ListUserProfilesCommand(input));
    return UserProfiles?.map(({ UserProfileName }) => UserProfileName);
  };

  expect(await list({ UserProfileNameContains: 'an' })).toEqual(['ana', 'joanna']);
  expect(await list({ SortBy: 'LastModifiedTime', SortOrder: 'Descending' })).toEqual(['bo', 'joanna', 'ana']);
  expect(await list({ DomainIdEquals: 'd-other' })).toEqual([]);
});

test('an app belongs to a user profile or to a space', async () => {
  const { client, studio } = await open();
  studio.push(app({ UserProfileName: 'ana' }), app({ SpaceName: 'shared' }));
  const named = { DomainId: domainId, AppType: 'JupyterLab', AppName: 'default' } as const;

  const { Apps } = await client.send(new ListAppsCommand({ SpaceNameEquals: 'shared' }));
  const ofProfile = await client.send(new DescribeAppCommand({ ...named, UserProfileName: 'ana' }));

  expect(Apps?.map(({ SpaceName }) => SpaceName)).toEqual(['shared']);
  expect(ofProfile.UserProfileName).toBe('ana');
});
