/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListImages.html */
import { imageSummary } from '../descriptions.ts';
import { NameContains, pageMembers, SortOrder, timeMembers } from '../members.ts';
import { reading } from '../operation.ts';
import { isWithin, page, sortable } from '../paging.ts';
import { choice, structure } from '../shapes.ts';
import type { ImageRecord } from '../state.ts';

const constraints = structure(
  {},
  {
    ...timeMembers,
    ...pageMembers,
    NameContains,
    SortBy: choice(['CREATION_TIME', 'LAST_MODIFIED_TIME', 'IMAGE_NAME']),
    SortOrder,
  },
);

const sortKeys = {
  CREATION_TIME: ({ createdAtMs, ImageName }: ImageRecord) => `${sortable(createdAtMs)} ${ImageName}`,
  LAST_MODIFIED_TIME: ({ modifiedAtMs, ImageName }: ImageRecord) => `${sortable(modifiedAtMs)} ${ImageName}`,
  IMAGE_NAME: ({ ImageName }: ImageRecord) => ImageName,
};

export const ListImages = reading(constraints, (input, { state, settings }) => {
  const { NameContains = '', SortBy = 'CREATION_TIME', SortOrder = 'DESCENDING' } = input;
  const images = Object.values(state.images).filter(
    (image) => image.ImageName.includes(NameContains) && isWithin(image, input),
  );
  const { items, ...more } = page(
    images,
    { name: `ListImages ${SortBy} ${SortOrder}`, key: sortKeys[SortBy], order: SortOrder },
    input,
    settings,
  );
  return { Images: items.map(imageSummary), ...more };
});
