/**
 * Lists the aliases of one version, named by number or alias, or of all versions of an image.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListAliases.html
 */
import { holderOf, imageNamed, missingAlias, namedVersion } from '../lookup.ts';
import { Alias, ImageName, pageMembers, Version } from '../members.ts';
import { reading } from '../operation.ts';
import { page } from '../paging.ts';
import { structure } from '../shapes.ts';

const constraints = structure({ ImageName }, { Alias, Version, ...pageMembers });

export const ListAliases = reading(constraints, (input, call) => {
  const { ImageName, Alias, Version } = input;
  const image = imageNamed(ImageName, call);
  // Reported: ListAliases answers ResourceNotFound for a missing alias even where other operations answer AccessDenied.
  if (Alias !== undefined && holderOf(image, Alias) === undefined) throw missingAlias(image, Alias);
  const named = namedVersion(image, input, call);
  const versions = named === undefined ? image.versions : [named];
  const { items, ...more } = page(
    versions.flatMap(({ Aliases }) => Aliases),
    { name: `ListAliases ${ImageName} ${Version} ${Alias}`, key: (alias) => alias, order: 'ASCENDING' },
    input,
    call.settings,
  );
  return { SageMakerImageVersionAliases: items, ...more };
});
