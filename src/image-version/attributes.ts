/**
 * What a template reads with Fn::GetAtt: the answer's Data, the same after every Create and Update.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 */
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import type { ImageVersionProperties } from './properties.ts';

/** A flat map of strings, the form of Data that CloudFormation has always taken; it converts them where they are used. */
export function attributes(
  version: ImageVersion,
  { ImageName, BaseImage }: ImageVersionProperties,
): Readonly<Record<string, string>> {
  return {
    ImageVersionArn: version.ImageVersionArn,
    Version: String(version.Version),
    ImageArn: version.ImageArn,
    ImageName,
    BaseImage,
    ContainerImage: version.ContainerImage ?? BaseImage,
  };
}
