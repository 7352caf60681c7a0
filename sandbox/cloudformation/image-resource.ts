/**
 * AWS::SageMaker::Image.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 */
import { isDeepStrictEqual } from 'node:util';
import schema from '../aws/aws-sagemaker-image.json';
import type { JsonMap } from '../json.ts';
import { type NativeResource, present, text } from './native-resource.ts';

export const imageResource: NativeResource = {
  noun: 'Image',
  schema,
  handlerErrorCodes: { ResourceInUse: 'AlreadyExists' },
  nameIn: (ImageArn, { ImageName }) => {
    const inArn = ImageArn.slice(ImageArn.lastIndexOf('/') + 1);
    // SageMaker may lower the case of the name in the ARN.
    return { ImageName: text(ImageName).toLowerCase() === inArn.toLowerCase() ? text(ImageName) : inArn };
  },
  creation: ({ ImageName, Tags, ...others }) => present({ ImageName, ...settable(others), Tags }),
  changes: async (Properties, old) => {
    // UpdateImage cannot change tags.
    if (isDeepStrictEqual({ ...Properties, Tags: null }, { ...old, Tags: null })) return undefined;
    const DeleteProperties = ['DisplayName', 'Description'].filter(
      (name) => old[`Image${name}`] !== undefined && Properties[`Image${name}`] === undefined,
    );
    return { ...settable(Properties), ...(DeleteProperties.length > 0 && { DeleteProperties }) };
  },
  busy: [],
  failure: ({ FailureReason }) => ({ code: 'NotStabilized', message: text(FailureReason) }),
};

function settable({ ImageRoleArn, ImageDisplayName, ImageDescription }: JsonMap): JsonMap {
  return present({ RoleArn: ImageRoleArn, DisplayName: ImageDisplayName, Description: ImageDescription });
}
