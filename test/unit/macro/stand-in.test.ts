import { standIn } from '../../../src/macro/stand-in.ts';

const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';
const nativeVersion = (more: object = {}, Properties: object = {}) => ({
  Type: 'AWS::SageMaker::ImageVersion',
  ...more,
  Properties: { ImageName: 'data-science', BaseImage: { 'Fn::Sub': `studio:\${Tag}` }, ...Properties },
});
const image = { Type: 'AWS::SageMaker::Image', Properties: { ImageName: 'data-science' } };

/** The answer to a template, sent as CloudFormation sends it. */
const answerTo = (fragment: object, params: object = {}) =>
  standIn(
    {
      region: 'eu-west-1',
      accountId: '111122223333',
      fragment,
      transformId: '111122223333::SageMakerImageVersion',
      params,
      requestId: 'request-1',
      templateParameterValues: { Tag: '1.4' },
    },
    ServiceToken,
  );
const refusalOf = (fragment: object, params?: object) => {
  const response = answerTo(fragment, params);
  expect(response).toEqual({ requestId: 'request-1', status: 'failure', errorMessage: expect.any(String) });
  return response.status === 'failure' ? response.errorMessage : '';
};

describe('standIn', () => {
  it('turns every native version into a custom resource, and leaves everything else as it is', () => {
    const rest = {
      AWSTemplateFormatVersion: '2010-09-09',
      Metadata: { 'AWS::CloudFormation::Interface': { ParameterGroups: [] } },
      Parameters: { Tag: { Type: 'String' }, IsGpu: { Type: 'String' } },
      Rules: { Known: { Assertions: [{ Assert: { 'Fn::Contains': [['1.3', '1.4'], { Ref: 'Tag' }] } }] } },
      Mappings: { Names: { eu: { Image: 'data-science' } } },
      Conditions: { Gpu: { 'Fn::Equals': [{ Ref: 'IsGpu' }, 'true'] } },
      Outputs: {
        Arn: { Value: { Ref: 'Stable' } },
        Number: { Value: { 'Fn::GetAtt': ['Stable', 'Version'] }, Export: { Name: 'number' } },
      },
    };
    const attributes = {
      DependsOn: ['Image', 'Previous'],
      Condition: 'Gpu',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Metadata: { Owner: { Ref: 'AWS::StackName' } },
    };
    const properties = {
      Aliases: { 'Fn::If': ['Gpu', ['latest', { Ref: 'Tag' }], { Ref: 'AWS::NoValue' }] },
      Horovod: true,
      Revision: 'a1b2c3',
      ServiceTimeout: 1800,
    };

    const response = answerTo({
      ...rest,
      Resources: { Image: image, Previous: nativeVersion(), Stable: nativeVersion(attributes, properties) },
    });

    expect(response).toEqual({
      requestId: 'request-1',
      status: 'success',
      fragment: {
        ...rest,
        Resources: {
          Image: image,
          Previous: {
            Type: 'Custom::SageMakerImageVersion',
            Properties: { ServiceToken, ImageName: 'data-science', BaseImage: { 'Fn::Sub': `studio:\${Tag}` } },
          },
          Stable: {
            Type: 'Custom::SageMakerImageVersion',
            ...attributes,
            Properties: {
              ServiceToken,
              ImageName: 'data-science',
              BaseImage: { 'Fn::Sub': `studio:\${Tag}` },
              ...properties,
            },
          },
        },
      },
    });
  });

  it('turns those in loops too, which AWS unrolls only after custom macros', () => {
    const loop = (version: object) => ['Tag', ['1.3', '1.4'], { [`Stable\${Tag}`]: version }];

    const response = answerTo({
      Resources: { 'Fn::ForEach::Names': ['Name', { Ref: 'Names' }, { 'Fn::ForEach::Tags': loop(nativeVersion()) }] },
    });

    const inPlace = { ...nativeVersion(), Type: 'Custom::SageMakerImageVersion' };
    expect(response).toEqual({
      requestId: 'request-1',
      status: 'success',
      fragment: {
        Resources: {
          'Fn::ForEach::Names': [
            'Name',
            { Ref: 'Names' },
            {
              'Fn::ForEach::Tags': loop({ ...inPlace, Properties: { ServiceToken, ...inPlace.Properties } }),
            },
          ],
        },
      },
    });
  });

  it('gives a template without any native version back as it is', () => {
    const fragment = { Resources: { Image: image } };

    expect(answerTo(fragment)).toEqual({ requestId: 'request-1', status: 'success', fragment });
  });

  it('lets the provider say what a version without properties lacks', () => {
    const response = answerTo({ Resources: { Stable: { Type: 'AWS::SageMaker::ImageVersion', Properties: null } } });

    expect(response).toMatchObject({
      fragment: { Resources: { Stable: { Type: 'Custom::SageMakerImageVersion', Properties: { ServiceToken } } } },
    });
  });

  it('tells everything it cannot keep in one message, each with its logical id and property', () => {
    const message = refusalOf({
      Resources: {
        Image: image,
        Previous: nativeVersion({ CreationPolicy: {}, UpdatePolicy: {} }, { ServiceToken: 'arn:…', Version: 3 }),
        Stable: { Type: 'AWS::SageMaker::ImageVersion', Properties: { 'Fn::If': ['Gpu', {}, {}] } },
        Other: { Type: 'AWS::SageMaker::ImageVersion', Properties: ['ImageName'] },
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Value: { 'Fn::GetAtt': ['Stable', 'Horovod'] } } },
      },
      Outputs: { Status: { Value: { 'Fn::Sub': `It is \${Previous.ImageVersionStatus}` } } },
    });

    expect(message).toBe(
      'Previous: CreationPolicy has no effect on an image version, so take it out; ' +
        'Previous: UpdatePolicy has no effect on an image version, so take it out; ' +
        'Previous: ServiceToken is set by the macro, so take it out; ' +
        'Previous: Version is not a property of AWS::SageMaker::ImageVersion; ' +
        'Stable: Fn::If stands for all properties, so write them out; ' +
        'Other: Properties must be a map; ' +
        'Parameter.Value: Stable has no attribute Horovod; ' +
        'Outputs.Status: Previous has no attribute ImageVersionStatus.',
    );
  });

  it('takes no parameters', () => {
    const message = refusalOf({ Resources: { Image: image } }, { ServiceToken: 'arn:…' });

    expect(message).toBe('SageMakerImageVersion takes no parameters, so take out ServiceToken.');
  });

  it.each([
    ['of all resources', { Image: image, Stable: nativeVersion() }],
    ['of one resource', nativeVersion()],
    ['of properties', { ImageName: 'data-science', BaseImage: 'studio:1.4' }],
  ])('does not work on a snippet %s', (_what, fragment) => {
    const message = refusalOf(fragment);

    expect(message).toBe(
      "SageMakerImageVersion works on a whole template: name it in the template's Transform section.",
    );
  });

  it('throws where CloudFormation has not sent the event', () => {
    expect(() => standIn({}, ServiceToken)).toThrow('This is no request for a macro: requestId is missing.');
  });
});
