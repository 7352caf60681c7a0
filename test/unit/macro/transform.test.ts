import { transform } from '../../../src/macro/transform.ts';

const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';
const nativeVersion = (more: object = {}, Properties: object = {}) => ({
  Type: 'AWS::SageMaker::ImageVersion',
  ...more,
  Properties: { ImageName: 'data-science', BaseImage: { 'Fn::Sub': `studio:\${Tag}` }, ...Properties },
});
const image = { Type: 'AWS::SageMaker::Image', Properties: { ImageName: 'data-science' } };

/** The answer to a template, sent as CloudFormation sends it. */
const answerTo = (fragment: object, params: object = {}) =>
  transform(
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

describe('transform', () => {
  it('changes every native version into a custom resource, and nothing else', () => {
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

  it('changes the versions in loops too, which AWS unrolls only after custom macros', () => {
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

  it('returns a template without native versions as it is', () => {
    const fragment = { Resources: { Image: image } };

    expect(answerTo(fragment)).toEqual({ requestId: 'request-1', status: 'success', fragment });
  });

  it('leaves it to the provider to report missing properties', () => {
    const response = answerTo({ Resources: { Stable: { Type: 'AWS::SageMaker::ImageVersion', Properties: null } } });

    expect(response).toMatchObject({
      fragment: { Resources: { Stable: { Type: 'Custom::SageMakerImageVersion', Properties: { ServiceToken } } } },
    });
  });

  it('reports every problem in one message, each with its logical id and property', () => {
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
      'Previous: CreationPolicy has no effect on an image version: remove it; ' +
        'Previous: UpdatePolicy has no effect on an image version: remove it; ' +
        'Previous: the macro sets ServiceToken: remove it; ' +
        'Previous: Version is not a property of AWS::SageMaker::ImageVersion; ' +
        'Stable: Fn::If stands for all properties: write them out; ' +
        'Other: Properties must be a map; ' +
        'Parameter.Value: Stable has no attribute Horovod; ' +
        'Outputs.Status: Previous has no attribute ImageVersionStatus.',
    );
  });

  it('refuses parameters', () => {
    const message = refusalOf({ Resources: { Image: image } }, { ServiceToken: 'arn:…' });

    expect(message).toBe('SageMakerImageVersion takes no parameters: remove ServiceToken.');
  });

  it.each([
    ['of all resources', { Image: image, Stable: nativeVersion() }],
    ['of one resource', nativeVersion()],
    ['of properties', { ImageName: 'data-science', BaseImage: 'studio:1.4' }],
  ])('refuses a snippet %s', (_what, fragment) => {
    const message = refusalOf(fragment);

    expect(message).toBe(
      "SageMakerImageVersion works on a whole template: name it in the template's Transform section.",
    );
  });

  it.each([
    ['lists', '[', ']'],
    ['maps', '{"a":', '}'],
  ])('refuses a template that is nested deeply, in %s', (_what, open, close) => {
    const nested = (levels: number) => JSON.parse(`${open.repeat(levels)}0${close.repeat(levels)}`);
    const templateWith = (Metadata: unknown) => ({ Resources: { Stable: nativeVersion({ Metadata }) } });

    for (const levels of [198, 100_000]) {
      expect(refusalOf(templateWith(nested(levels)))).toBe('the template has more than 200 nested levels: use fewer.');
    }
    expect(answerTo(templateWith(nested(197)))).toMatchObject({ status: 'success' });
  });

  it('reports as many problems as a template has room for', () => {
    const wrong = Object.fromEntries(Array.from({ length: 150_000 }, (_, number) => [`a${number}`, 0]));

    expect(refusalOf({ Resources: { Stable: nativeVersion({}, wrong) } })).toMatch(
      /^Stable: a0 is not a property of .*; Stable: a149999 is not a property of AWS::SageMaker::ImageVersion\.$/,
    );
  });

  it('throws if CloudFormation did not send the event', () => {
    expect(() => transform({}, ServiceToken)).toThrow('This is not a request for a macro: requestId is missing.');
  });
});
