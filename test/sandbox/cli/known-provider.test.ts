// What the command line reports about image versions before a deployment. The provider would refuse the same.
import fc from 'fast-check';
import { checkedTemplate } from '../../../sandbox/cloudformation/check-template.ts';
import { TemplateError } from '../../../sandbox/template/template.ts';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import { isRefused } from '../../../src/image-version/properties.ts';
import { schema } from '../../../src/schema.ts';
import { thisProvider } from '../../support/known-provider.ts';
import { resourceProperties } from '../../support/provider/builders.ts';
import { templates } from '../../support/provider/templates.ts';
import { anyResourceType } from '../../support/resource-type.ts';
import { refusedProperties } from '../../unit/image-version/refused-properties.ts';
import { futureStack } from '../cloudformation/world.ts';

/** Everything that is told beforehand, as `line:column message`. */
function told(templateText: string, { isAlone = true } = {}): readonly string[] {
  const findResourceType = (Type: string) =>
    /^(Custom|AWS::CloudFormation|AWS::Lambda)::/.test(Type) ? anyResourceType : undefined;
  try {
    checkedTemplate(futureStack({ templateText, fileName: 'mine.yaml', parameters: {} }), {
      findResourceType,
      knownTypes: thisProvider({ isAlone }).knownTypes(),
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

describe('The command line and the provider refuse the same properties:', () => {
  const isRefusedBeforehand = (Properties: ResourceProperties) =>
    told(JSON.stringify({ Resources: { V: { Type: 'Custom::SageMakerImageVersion', Properties } } })).length > 0;

  // A template that says so asks for the value of something else.
  const writtenOut = refusedProperties.filter(([overrides]) => !JSON.stringify(overrides).includes('"Ref"'));

  test.each(writtenOut)('%j', (overrides) => {
    const raw = resourceProperties(overrides);

    expect({ beforehand: isRefusedBeforehand(raw), byProvider: isRefused(raw) }).toEqual({
      beforehand: true,
      byProvider: true,
    });
  });

  test.each<[ResourceProperties]>([
    [{ ImageName: 'a'.repeat(63) }],
    [{ ImageName: 42 }],
    [{ BaseImage: 'b'.repeat(255) }],
    [{ Revision: 'two\nlines' }],
    [{ ReleaseNotes: '😀'.repeat(255) }],
    [{ Horovod: 'true' }],
    [{ Horovod: false }],
    [{ Alias: 1, Aliases: [2.5, true, '3'] }],
    [{ Alias: 'cf-mine', Aliases: ['CFN-mine'] }],
    [{ Aliases: [] }],
  ])('not %j', (overrides) => {
    const raw = resourceProperties(overrides);

    expect({ beforehand: isRefusedBeforehand(raw), byProvider: isRefused(raw) }).toEqual({
      beforehand: false,
      byProvider: false,
    });
  });

  test('for any input: any properties', () => {
    const { ServiceToken } = resourceProperties();
    const anything = fc.oneof(
      fc.jsonValue({ depthSize: 'small' }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('CPU', 'TRAINING', 'ARCHIVED', 'Python 3.12', 'cfn-x', 'true', 'v1'),
    );
    const overrides = fc.dictionary(
      fc.constantFrom(...Object.keys(schema.properties).filter((name) => !/^Service/.test(name)), 'Other'),
      fc.oneof(anything, fc.array(anything, { maxLength: 3 })),
      { maxKeys: 2 },
    );

    fc.assert(
      fc.property(templates, overrides, (template, given) => {
        const json = JSON.stringify({ ...template, ...given, ServiceToken });
        fc.pre(!/"(Ref"|Fn::|<<")/.test(json));
        const raw: ResourceProperties = JSON.parse(json);

        expect(isRefusedBeforehand(raw)).toBe(isRefused(raw));
      }),
      { numRuns: 500 },
    );
  });
});

describe('A template', () => {
  const version = (properties: string, Type = 'Custom::SageMakerImageVersion') => `Resources:
  Stable:
    Type: ${Type}
    Properties:
      ${properties.trim().split('\n').join('\n      ')}
`;
  const aliasForm = 'letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-"';
  const ours = 'ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken';

  test('gets all problems of its values at once, with their places', () => {
    const found = told(
      version(`
${ours}
ServiceTimeout: 3601
ImageName: arn:aws:sagemaker:eu-west-1:111122223333:image/mine
BaseImage: "be\\al"
Alias: [latest]
Aliases:
  - fine
  - !Sub '\${AWS::Region}'
  - cfn-mine
  - .hidden
Horovod: yess
JobType: training
MLFramework: PyTorch
Processor: {TPU: 1}
ReleaseNotes: ${'n'.repeat(256)}`),
    );

    expect(found).toEqual([
      '6:7 Resource Stable: ServiceTimeout must be a whole number from 1 to 3600, not 3601.',
      '7:7 Resource Stable: ImageName must be the name, not an ARN: letters and digits, with single hyphens or dots between ' +
        'them, not "arn:aws:sagemaker:eu-west-1:111122223333:image/mine".',
      '8:7 Resource Stable: BaseImage must be a single line without control characters, not "be\\u0007l".',
      '9:7 Resource Stable: Alias must be a string, not ["latest"].',
      `13:11 Resource Stable: Aliases[2] must be ${aliasForm}, not "cfn-mine".`,
      `14:11 Resource Stable: Aliases[3] must be ${aliasForm}, not ".hidden".`,
      '15:7 Resource Stable: Horovod must be true or false, not "yess".',
      '16:7 Resource Stable: JobType must be one of TRAINING, INFERENCE, NOTEBOOK_KERNEL, not "training".',
      '17:7 Resource Stable: MLFramework must be a name and a version, such as "Python 3.12" or "PyTorch 2.9.1", not ' +
        '"PyTorch".',
      '18:7 Resource Stable: Processor must be one of CPU, GPU, not {"TPU":1}.',
      '19:7 Resource Stable: ReleaseNotes must have 1 to 255 characters, not 256.',
    ]);
  });

  test.each([1, '3600', '60'])('can have the ServiceTimeout %j', (ServiceTimeout) => {
    expect(told(version(`${ours}\nImageName: a\nBaseImage: b\nServiceTimeout: ${ServiceTimeout}`))).toEqual([]);
  });

  const missing = [
    '2:3 Resource Stable: a Custom::SageMakerImageVersion needs the property ImageName.',
    '2:3 Resource Stable: a Custom::SageMakerImageVersion needs the property BaseImage.',
  ];
  const arn = 'arn:aws:lambda:eu-west-1:111122223333:function';

  test.each<[what: string, token: string, type: string]>([
    ['imports it', '!ImportValue sagemaker-image-version-provider-ServiceToken', 'Custom::SagemakerImageVersion'],
    [
      'imports it',
      '{Fn::ImportValue: sagemaker-image-version-provider-ServiceToken}',
      'AWS::CloudFormation::CustomResource',
    ],
    ['has its ARN', `${arn}:sagemaker-image-version-provider`, 'Custom::Version'],
    [
      'composes its ARN',
      `!Sub arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:sagemaker-image-version-provider`,
      'Custom::Version',
    ],
  ])('belongs to this provider, whatever the type, if the ServiceToken %s: %s', (_what, token, type) => {
    expect(told(version(`ServiceToken: ${token}`, type))).toEqual(missing);
    expect(told(version(`ServiceToken: ${token}`, type), { isAlone: false })).toEqual(missing);
  });

  test.each<[what: string, token: string]>([
    ['the ARN of another function', `${arn}:theirs`],
    ['composed to that', `!Sub arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:theirs`],
    ['that of a topic', 'arn:aws:sns:eu-west-1:111122223333:theirs'],
    ['of a function beside it', '!GetAtt Function.Arn'],
  ])('belongs to another provider, whatever the type, if the ServiceToken is %s', (_what, token) => {
    const text = `${version(`ServiceToken: ${token}`)}  Function: {Type: AWS::Lambda::Function}\n`;

    expect(told(text)).toEqual([]);
  });

  test.each<[what: string, token: string]>([
    ['a parameter', '!Ref Token'],
    ['another import', '!ImportValue their-token'],
    ['the ARN of a function with a name of parts', `!Sub "arn:aws:lambda:eu-west-1:111122223333:function:\${Token}"`],
    ['what is no ARN', 'arn'],
  ])('belongs to this provider by its type, and only if there is no other provider, with %s', (_what, token) => {
    const text = (type?: string) => `Parameters: {Token: {Type: String}}\n${version(`ServiceToken: ${token}`, type)}`;
    const oneLineDown = missing.map((problem) => problem.replace('2:3', '3:3'));

    expect(told(text())).toEqual(oneLineDown);
    expect(told(text('Custom::Version'))).toEqual([]);
    expect(told(text(), { isAlone: false })).toEqual([]);
  });

  test('for the macro gets all problems in the words of the native type', () => {
    const text = `Transform: SageMakerImageVersion
${version(
  `
ServiceToken: x
ImageNam: mine
Version: 3
BaseImage: b
Horovod: 1
ServiceTimeout: 0`,
  'AWS::SageMaker::ImageVersion',
)}Outputs:
  Arn: {Value: !GetAtt Stable.Arn}
`;

    expect(told(text)).toEqual([
      '3:3 Resource Stable: an AWS::SageMaker::ImageVersion needs the property ImageName.',
      '6:7 Resource Stable: an AWS::SageMaker::ImageVersion has no property "ServiceToken". There are: ImageName, ' +
        'BaseImage, Revision, Adopt, Horovod, JobType, MLFramework, Processor, ProgrammingLang, ReleaseNotes, VendorGuidance, Alias, ' +
        'Aliases, ServiceTimeout.',
      '7:7 Resource Stable: an AWS::SageMaker::ImageVersion has no property "ImageNam". Did you mean "ImageName"?',
      '8:7 Resource Stable: Version is an attribute, read with Fn::GetAtt, and cannot be set.',
      '10:7 Resource Stable: Horovod must be true or false, not 1.',
      '11:7 Resource Stable: ServiceTimeout must be a whole number from 1 to 3600, not 0.',
      '13:24 Stable is an AWS::SageMaker::ImageVersion, which has no attribute "Arn". There are: ImageVersionArn, ' +
        'Version, ImageArn, ImageName, BaseImage, ContainerImage.',
    ]);
  });
});
