/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListImageVersions.html */
import { versionSummary } from '../descriptions.ts';
import { imageNamed } from '../lookup.ts';
import { ImageName, pageMembers, SortOrder, timeMembers } from '../members.ts';
import { reading } from '../operation.ts';
import { isWithin, page, sortable } from '../paging.ts';
import { choice, structure } from '../shapes.ts';
import type { ImageVersionRecord } from '../state.ts';

const constraints = structure(
  { ImageName },
  { ...timeMembers, ...pageMembers, SortBy: choice(['CREATION_TIME', 'LAST_MODIFIED_TIME', 'VERSION']), SortOrder },
);

const sortKeys = {
  CREATION_TIME: ({ createdAtMs, Version }: ImageVersionRecord) => `${sortable(createdAtMs)} ${sortable(Version)}`,
  LAST_MODIFIED_TIME: ({ modifiedAtMs, Version }: ImageVersionRecord) =>
    `${sortable(modifiedAtMs)} ${sortable(Version)}`,
  VERSION: ({ Version }: ImageVersionRecord) => sortable(Version),
};

export const ListImageVersions = reading(constraints, (input, call) => {
  const { ImageName, SortBy = 'CREATION_TIME', SortOrder = 'DESCENDING' } = input;
  const image = imageNamed(ImageName, call);
  const { items, ...more } = page(
    image.versions.filter((version) => isWithin(version, input)),
    { name: `ListImageVersions ${ImageName} ${SortBy} ${SortOrder}`, key: sortKeys[SortBy], order: SortOrder },
    input,
    call.settings,
  );
  return { ImageVersions: items.map((version) => versionSummary(version, image)), ...more };
});
