import { attributes } from '../../../src/image-version/attributes.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import { baseImage, containerImage, imageVersion, resourceProperties } from '../../support/provider/builders.ts';

const properties = readProperties(resourceProperties({ ImageName: 'My-Image' }));

describe('attributes', () => {
  test('are all strings, with names as the template wrote them', () => {
    expect(attributes(imageVersion({ Version: 3 }), properties)).toEqual({
      ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image/3',
      Version: '3',
      ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image',
      ImageName: 'My-Image',
      BaseImage: baseImage,
      ContainerImage: containerImage,
    });
  });

  test('have the BaseImage for a ContainerImage that SageMaker does not tell', () => {
    expect(attributes(imageVersion({ ContainerImage: undefined }), properties)['ContainerImage']).toBe(baseImage);
  });
});
