/**
 * The doctor's calls about Studio: it lists all domains, user profiles, spaces and apps, and reads the settings of each.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListDomains.html
 */
import {
  DescribeAppCommand,
  DescribeDomainCommand,
  DescribeSpaceCommand,
  DescribeUserProfileCommand,
  paginateListApps,
  paginateListDomains,
  paginateListSpaces,
  paginateListUserProfiles,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { callAws, isDenied, itemsOf, noneIfNotFound } from './errors.ts';

export const studioKinds = ['Domain', 'UserProfile', 'Space', 'App'] as const;
export type StudioKind = (typeof studioKinds)[number];

export interface StudioResource {
  readonly Kind: StudioKind;
  /** From the domain down: `d-0123/ana/KernelGateway/default`. */
  readonly name: string;
  /** As the Describe operation returns it. */
  readonly settings: object;
}

export interface Studio {
  readonly resources: readonly StudioResource[];
  /** A sentence for each action that is not allowed, or not for every resource. */
  readonly notRead: readonly string[];
}

/** Reads one kind after the other. What was deleted in the meantime is left out. */
export async function readStudio(client: SageMakerClient, Region: string): Promise<Studio> {
  const paginator = { client, pageSize: 100 };
  const resources: StudioResource[] = [];
  const notRead = new Map<string, string>();

  /** Undefined if the action is not allowed. Reports the first refusal of each action. */
  const allowed = async <T>(action: string, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await callAws(`sagemaker:${action}`, Region, call);
    } catch (thrown) {
      if (!isDenied(thrown)) throw thrown;
      if (!notRead.has(action)) notRead.set(action, thrown.message);
      return undefined;
    }
  };

  const read = async <Item extends object>(
    Kind: StudioKind,
    list: () => Promise<readonly Item[]>,
    describe: (item: Item) => readonly [names: readonly (string | undefined)[], call: () => Promise<object>],
  ) => {
    for (const item of (await allowed(`List${Kind}s`, list)) ?? []) {
      const [names, call] = describe(item);
      const settings = await allowed(`Describe${Kind}`, () => call().then((found) => [found], noneIfNotFound));
      const name = names.filter((each) => each !== undefined).join('/');
      for (const each of settings ?? []) resources.push({ Kind, name, settings: each });
    }
  };

  await read(
    'Domain',
    () => itemsOf(paginateListDomains(paginator, {}), ({ Domains }) => Domains),
    ({ DomainId }) => [[DomainId], () => client.send(new DescribeDomainCommand({ DomainId }))],
  );
  await read(
    'UserProfile',
    () => itemsOf(paginateListUserProfiles(paginator, {}), ({ UserProfiles }) => UserProfiles),
    ({ DomainId, UserProfileName }) => [
      [DomainId, UserProfileName],
      () => client.send(new DescribeUserProfileCommand({ DomainId, UserProfileName })),
    ],
  );
  await read(
    'Space',
    () => itemsOf(paginateListSpaces(paginator, {}), ({ Spaces }) => Spaces),
    ({ DomainId, SpaceName }) => [
      [DomainId, SpaceName],
      () => client.send(new DescribeSpaceCommand({ DomainId, SpaceName })),
    ],
  );
  await read(
    'App',
    // SageMaker lists an app for a day after its deletion.
    () => itemsOf(paginateListApps(paginator, {}), ({ Apps }) => Apps?.filter(({ Status }) => Status !== 'Deleted')),
    ({ DomainId, UserProfileName, SpaceName, AppType, AppName }) => [
      [DomainId, UserProfileName, SpaceName, AppType, AppName],
      () => client.send(new DescribeAppCommand({ DomainId, UserProfileName, SpaceName, AppType, AppName })),
    ],
  );
  return { resources, notRead: [...notRead.values()] };
}
