/**
 * Changes a version's metadata and aliases at once: an image version has no status UPDATING.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
import { refuseAliasesOfOthers, refusePointlessChanges, releaseAliases } from '../aliases.ts';
import { imageNamed, versionToModify } from '../lookup.ts';
import { Alias, Aliases, ImageName, metadataMembers, Version } from '../members.ts';
import { modifying } from '../operation.ts';
import { refuseUnlessUpdatable } from '../refusals.ts';
import { structure } from '../shapes.ts';
import { setMetadata } from '../transitions.ts';

const constraints = structure(
  { ImageName },
  { Alias, Version, AliasesToAdd: Aliases, AliasesToDelete: Aliases, ...metadataMembers },
);

export const UpdateImageVersion = modifying(constraints, (input, call) => {
  const { ImageName, Alias, Version, AliasesToAdd = [], AliasesToDelete = [], ...metadata } = input;
  const { switches } = call.settings;

  const image = imageNamed(ImageName, call);
  const version = versionToModify(image, input, call);
  refuseUnlessUpdatable(version, switches);
  refuseAliasesOfOthers(image, version, AliasesToAdd, switches);
  refusePointlessChanges(image, version, { toAdd: AliasesToAdd, toDelete: AliasesToDelete }, switches);
  call.claim(image);

  releaseAliases(image, AliasesToAdd);
  const kept = version.Aliases.filter((alias) => !AliasesToDelete.includes(alias));
  version.Aliases = [...kept, ...new Set(AliasesToAdd)];
  setMetadata(version, metadata, call);
  version.modifiedAtMs = call.nowMs;
  return { ImageVersionArn: version.ImageVersionArn };
});
