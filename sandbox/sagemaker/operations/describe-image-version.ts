/**
 * Describes a version by number or alias, or the latest one. Only ListAliases shows the aliases.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
import { versionSummary } from '../descriptions.ts';
import { imageNamed, latestVersion, namedVersion } from '../lookup.ts';
import { Alias, ImageName, Version } from '../members.ts';
import { reading } from '../operation.ts';
import { structure } from '../shapes.ts';

const constraints = structure({ ImageName }, { Version, Alias });

export const DescribeImageVersion = reading(constraints, ({ ImageName, ...choice }, call) => {
  const image = imageNamed(ImageName, call);
  const version = namedVersion(image, choice, call) ?? latestVersion(image);
  const { BaseImage, ContainerImage, ImageVersionStatus, metadata } = version;
  return {
    ...versionSummary(version, image),
    BaseImage,
    ...(ContainerImage === undefined || ImageVersionStatus === 'CREATING' ? {} : { ContainerImage }),
    ...metadata,
  };
});
