/** The resource that the provider of this project is for, as template authors write it. */

export const ownType = 'Custom::SageMakerImageVersion';

/** Without ServiceToken it is no custom resource: CloudFormation itself says so. */
export const requiredProperties = ['ImageName', 'BaseImage'];
export const optionalProperties = [
  'ServiceToken',
  'ServiceTimeout',
  'Revision',
  'Alias',
  'Aliases',
  'Horovod',
  'JobType',
  'MLFramework',
  'Processor',
  'ProgrammingLang',
  'ReleaseNotes',
  'VendorGuidance',
];

/** What Fn::GetAtt can ask for. */
export const ownAttributes = ['ImageVersionArn', 'Version', 'ImageArn', 'ImageName', 'BaseImage', 'ContainerImage'];

/** The properties whose change makes another version. */
export const ownReplacements = ['ImageName', 'BaseImage', 'Revision'];

/** What SageMaker keeps of a version for ever, unless it gets another value. */
export const lastingMetadata = ['JobType', 'MLFramework', 'Processor', 'ProgrammingLang', 'ReleaseNotes'];

/** The type that the macro makes ours of. */
export const nativeType = 'AWS::SageMaker::ImageVersion';
export const macroName = 'SageMakerImageVersion';
