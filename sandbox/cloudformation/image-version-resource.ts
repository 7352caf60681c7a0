/**
 * AWS::SageMaker::ImageVersion, as its published schema and the handlers of 2021 describe it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 * https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-sagemaker
 */
import schema from '../aws/aws-sagemaker-imageversion.json';
import { isList, type JsonMap } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import { type NativeResource, present, text } from './native-resource.ts';

/** `random` makes the ClientToken of each creation. */
export function imageVersionResource(random: Random): NativeResource {
  return {
    noun: 'ImageVersion',
    schema,
    handlerErrorCodes: { ResourceInUse: 'ResourceConflict', ResourceNotFound: 'InvalidRequest' },
    nameIn: (ImageVersionArn, { ImageName }) => {
      const [inArn = '', Version = ''] = ImageVersionArn.split('/').slice(1);
      const isSame = text(ImageName).toLowerCase() === inArn.toLowerCase();
      return { ImageName: isSame ? text(ImageName) : inArn, Version: Number(Version) };
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
    failure: ({ ImageVersionStatus }, ImageVersionArn) => {
      if (ImageVersionStatus === 'DELETE_FAILED') return { code: 'NotStabilized', message: ImageVersionArn };
      return { code: '', message: `${schema.typeName} [${ImageVersionArn}] failed to create.` };
    },
  };
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
