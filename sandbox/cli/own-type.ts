/** The resource that the provider of this project is for, as template authors write it. */
import type { Foreknowledge } from '../cloudformation/foreknowledge.ts';

export const ownType = 'Custom::SageMakerImageVersion';

/** The properties whose change makes another version. */
export const ownReplacements = ['ImageName', 'BaseImage', 'Revision'];

/** So that a mistyped name is found before anything is made. Of values only the provider knows what is wrong with them. */
export const ownForeknowledge: Foreknowledge = {
  types: {
    [ownType]: {
      // Without ServiceToken it is no custom resource: CloudFormation itself says so.
      required: ['ImageName', 'BaseImage'],
      optional: [
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
      ],
      attributes: ['ImageVersionArn', 'Version', 'ImageArn', 'ImageName', 'BaseImage', 'ContainerImage'],
    },
  },
  insteadOf: {
    'AWS::SageMaker::ImageVersion': `Write ${ownType} with a ServiceToken, or let the provider's macro do so: put "Transform: SageMakerImageVersion" at the head of the template.`,
  },
};
