/**
 * AWS::SageMaker::Image, and AWS::SageMaker::ImageVersion as its published schema and the handlers of 2021 describe it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 * https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-sagemaker
 */
import { isDeepStrictEqual } from 'node:util';
import imageSchema from '../aws/aws-sagemaker-image.json';
import versionSchema from '../aws/aws-sagemaker-imageversion.json';
import { isList, type Json, type JsonMap } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import { HandlerError, type NativeResource, text } from './native-resource.ts';

export const imageResource: NativeResource = {
  noun: 'Image',
  schema: imageSchema,
  handlerErrorCodes: { ResourceInUse: 'AlreadyExists' },
  nameIn: (ImageArn, { ImageName }) => ({ ImageName: imageName(ImageName, ImageArn.replace(/^.*\//s, '')) }),
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
  failure: ({ FailureReason }) => new HandlerError('NotStabilized', text(FailureReason)),
};

function settable({ ImageRoleArn, ImageDisplayName, ImageDescription }: JsonMap): JsonMap {
  return present({ RoleArn: ImageRoleArn, DisplayName: ImageDisplayName, Description: ImageDescription });
}

/** `random` makes the ClientToken of each creation. */
export function imageVersionResource(random: Random): NativeResource {
  return {
    noun: 'ImageVersion',
    schema: versionSchema,
    handlerErrorCodes: { ResourceInUse: 'ResourceConflict', ResourceNotFound: 'InvalidRequest' },
    nameIn: (ImageVersionArn, { ImageName }) => {
      const [inArn = '', Version = ''] = ImageVersionArn.split('/').slice(1);
      return { ImageName: imageName(ImageName, inArn), Version: Number(Version) };
    },
    creation: (Properties) => {
      const { ImageName, BaseImage } = Properties;
      const Aliases = declaredAliases(Properties);
      return present({
        ...{ ImageName, BaseImage, ClientToken: randomUuid(random), ...metadataIn(Properties) },
        ...(Aliases.length > 0 && { Aliases }),
      });
    },
    changes: async (Properties, _old, read) => {
      const desired = declaredAliases(Properties);
      const { SageMakerImageVersionAliases: listed = [] } = await read('ListAliases', { MaxResults: 100 });
      const actual = isList(listed) ? listed.map(text) : [];
      const AliasesToAdd = desired.filter((alias) => !actual.includes(alias));
      const AliasesToDelete = actual.filter((alias) => !desired.includes(alias));
      return {
        ...metadataIn(Properties),
        ...(AliasesToAdd.length > 0 && { AliasesToAdd }),
        ...(AliasesToDelete.length > 0 && { AliasesToDelete }),
      };
    },
    busy: ['CREATING', 'DELETING'],
    // The handler hides SageMaker's FailureReason.
    failure: ({ ImageVersionStatus }, arn) =>
      ImageVersionStatus === 'DELETE_FAILED'
        ? new HandlerError('NotStabilized', arn)
        : new HandlerError('', `${versionSchema.typeName} [${arn}] failed to create.`),
  };
}

/** The name as the template gives it: SageMaker may lower its case in the ARN. */
function imageName(ImageName: Json | undefined, inArn: string): string {
  return text(ImageName).toLowerCase() === inArn.toLowerCase() ? text(ImageName) : inArn;
}

function declaredAliases({ Alias, Aliases = [] }: JsonMap): readonly string[] {
  const all = [...(Alias === undefined ? [] : [Alias]), ...(isList(Aliases) ? Aliases : [])];
  return [...new Set(all.map(text))];
}

function metadataIn({ Horovod, ...Properties }: JsonMap): JsonMap {
  const names = ['JobType', 'MLFramework', 'Processor', 'ProgrammingLang', 'ReleaseNotes', 'VendorGuidance'];
  const isHorovod = Horovod === undefined ? undefined : Horovod === 'true';
  return present({ ...Object.fromEntries(names.map((name) => [name, Properties[name]])), Horovod: isHorovod });
}

/** Without what is undefined. */
function present(values: { readonly [name: string]: Json | undefined }): JsonMap {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
