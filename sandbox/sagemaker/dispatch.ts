/**
 * Every operation of the simulated SageMaker, by its name in AWS.
 */
import type { ApiOperation } from './operation.ts';
import { CreateImage } from './operations/create-image.ts';
import { CreateImageVersion } from './operations/create-image-version.ts';
import { DeleteImage } from './operations/delete-image.ts';
import { DeleteImageVersion } from './operations/delete-image-version.ts';
import { DescribeImage } from './operations/describe-image.ts';
import { DescribeImageVersion } from './operations/describe-image-version.ts';
import { ListAliases } from './operations/list-aliases.ts';
import { ListImageVersions } from './operations/list-image-versions.ts';
import { ListImages } from './operations/list-images.ts';
import { UpdateImage } from './operations/update-image.ts';
import { UpdateImageVersion } from './operations/update-image-version.ts';

const operations = {
  CreateImage,
  CreateImageVersion,
  DeleteImage,
  DeleteImageVersion,
  DescribeImage,
  DescribeImageVersion,
  ListAliases,
  ListImages,
  ListImageVersions,
  UpdateImage,
  UpdateImageVersion,
} satisfies Readonly<Record<string, ApiOperation>>;

/** The operation of that name, or undefined. */
export function operationNamed(name: string): ApiOperation | undefined {
  return isOperationName(name) ? operations[name] : undefined;
}

function isOperationName(name: string): name is keyof typeof operations {
  return Object.hasOwn(operations, name);
}
