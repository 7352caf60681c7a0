/**
 * The operations that read Studio: domains, user profiles, spaces and apps. They are created by stacks.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html and the pages of the other operations.
 */
import type * as api from '@aws-sdk/client-sagemaker';
import type { JsonMap } from '../../json.ts';
import { throwApiError } from '../api-answer.ts';
import type { Call } from '../checks.ts';
import type { Input } from '../model.ts';
import { listPage, sortKey, withTimes } from '../paging.ts';
import { type StudioKind, type StudioResource, studioKeys } from '../studio.ts';

export const DescribeDomain = (input: Input<api.DescribeDomainRequest>, call: Call) => described('Domain', input, call);
export const DescribeUserProfile = (input: Input<api.DescribeUserProfileRequest>, call: Call) =>
  described('UserProfile', input, call);
export const DescribeSpace = (input: Input<api.DescribeSpaceRequest>, call: Call) => described('Space', input, call);
export const DescribeApp = (input: Input<api.DescribeAppRequest>, call: Call) => described('App', input, call);

export const ListDomains = (input: Input<api.ListDomainsRequest>, call: Call) => listed('Domain', input, call);
export const ListUserProfiles = (input: Input<api.ListUserProfilesRequest>, call: Call) =>
  listed('UserProfile', input, call);
export const ListSpaces = (input: Input<api.ListSpacesRequest>, call: Call) => listed('Space', input, call);
export const ListApps = (input: Input<api.ListAppsRequest>, call: Call) => listed('App', input, call);

function described(kind: StudioKind, input: JsonMap, { studio }: Call) {
  const isNamed = ({ properties }: StudioResource) =>
    studioKeys[kind].every((key) => (properties[key] ?? null) === (input[key] ?? null));
  const found = studio().find((each) => each.kind === kind && isNamed(each));
  return found === undefined
    ? throwApiError('ResourceNotFound', `${kind} [${Object.values(input).join(', ')}] does not exist`)
    : shown(found);
}

/** What the requests of the four lists have between them. */
type StudioListRequest = Pick<Input<api.ListAppsRequest>, 'MaxResults' | 'NextToken' | 'SortOrder'> & JsonMap;

function listed(kind: StudioKind, input: StudioListRequest, { studio, settings }: Call) {
  const { SortOrder, SortBy, MaxResults, NextToken, ...filters } = input;
  const passes = ({ properties }: StudioResource) =>
    Object.entries(filters).every(([filter, wanted]) => {
      const [, member = '', relation] = /^(\w+?)(Equals|Contains)$/.exec(filter) ?? [];
      const value = String(properties[member] ?? '');
      return relation === 'Equals' ? value === wanted : value.includes(String(wanted));
    });
  const sort = SortBy === 'LastModifiedTime' ? 'LAST_MODIFIED_TIME' : 'CREATION_TIME';
  const ownKey = ({ properties }: StudioResource) => studioKeys[kind].map((name) => properties[name]).join();
  const listing = {
    name: JSON.stringify([kind, sort, SortOrder, filters]),
    key: (each: StudioResource) => sortKey(sort, each, ownKey(each)),
    order: SortOrder === 'Descending' ? 'DESCENDING' : 'ASCENDING',
  } as const;
  const found = studio().filter((each) => each.kind === kind && passes(each));
  const { items, ...next } = listPage(found, listing, input, settings);
  return { [`${kind}s`]: items.map(shown), ...next };
}

function shown(resource: StudioResource) {
  return { Status: 'InService', ...withTimes(resource), ...resource.properties };
}
