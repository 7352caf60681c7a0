import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { type Template, TemplateError } from '../../../sandbox/template/template.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const versions = `AWSTemplateFormatVersion: 2010-09-09
Description: Two versions, one after the other
Metadata: {anything: [!Ref Unchecked]}
Parameters:
  ImageName: {Type: String, Default: my-image, AllowedPattern: '[\\w-_]+', MaxLength: '63'}
  Tags: {Type: CommaDelimitedList, Default: '1.4,latest', NoEcho: true}
Rules: {Named: {Assertions: [{Assert: !Not [!Equals [!Ref ImageName, '']]}]}}
Mappings:
  Accounts:
    111122223333: {Name: dev, Regions: [eu-west-1]}
Conditions:
  IsDev: !Equals [!Ref AWS::AccountId, '111122223333']
  IsNotDev: !Not [!Condition IsDev]
Resources:
  Image:
    Type: AWS::SageMaker::Image
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Properties:
      ImageName: !Ref ImageName
  Previous:
    Type: Custom::SageMakerImageVersion
    DependsOn: [Image]
    Properties:
      ServiceToken: !ImportValue token
      ImageName: !GetAtt Image.ImageName
  Stable:
    Type: Custom::SageMakerImageVersion
    DependsOn: Previous
    Condition: IsDev
    Metadata: {Note: !Ref Image}
    Properties:
      ServiceToken: !ImportValue token
      ImageName: !If [IsDev, !Ref Image, !Sub '\${Previous.ImageName}']
      Statement: {Condition: {StringEquals: {a: b}}}
Outputs:
  Stable:
    Condition: IsDev
    Description: Its ARN
    Value: !Ref Stable
    Export: {Name: !Sub '\${AWS::StackName}-arn'}
`;

const at = (line: number, column: number) => ({ line, column });

/** A resource without problems, with the default policies. */
const resource = (LogicalResourceId: string, properties: object): [string, object] => [
  LogicalResourceId,
  {
    LogicalResourceId,
    column: 3,
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    faultyProperties: new Set(),
    hasMoreProperties: false,
    ...properties,
  },
];

describe('parseTemplate', () => {
  it('reads every section', () => {
    const template = parseTemplate(versions, 'versions.yaml');

    expect(template).toEqual({
      fileName: 'versions.yaml',
      Description: 'Two versions, one after the other',
      Parameters: new Map([
        ['ImageName', { Type: 'String', Default: 'my-image', AllowedPattern: '[\\w-_]+', MaxLength: 63 }],
        ['Tags', { Type: 'CommaDelimitedList', Default: '1.4,latest', NoEcho: true }],
      ]),
      Mappings: { Accounts: { 111122223333: { Name: 'dev', Regions: ['eu-west-1'] } } },
      Conditions: new Map<string, unknown>([
        ['IsDev', { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '111122223333'] }],
        ['IsNotDev', { 'Fn::Not': [{ Condition: 'IsDev' }] }],
      ]),
      Rules: new Map([
        ['Named', { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ImageName' }, ''] }] } }] }],
      ]),
      Resources: new Map<string, unknown>([
        resource('Image', {
          Type: 'AWS::SageMaker::Image',
          Properties: { ImageName: { Ref: 'ImageName' } },
          dependencies: [],
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Snapshot',
          line: 15,
          propertyPlaces: new Map([['ImageName', at(20, 7)]]),
        }),
        resource('Previous', {
          Type: 'Custom::SageMakerImageVersion',
          Properties: {
            ServiceToken: { 'Fn::ImportValue': 'token' },
            ImageName: { 'Fn::GetAtt': ['Image', 'ImageName'] },
          },
          dependencies: ['Image'],
          DependsOn: { names: ['Image'], line: 23, column: 5 },
          line: 21,
          propertyPlaces: new Map([
            ['ServiceToken', at(25, 7)],
            ['ImageName', at(26, 7)],
          ]),
        }),
        resource('Stable', {
          Type: 'Custom::SageMakerImageVersion',
          Properties: {
            ServiceToken: { 'Fn::ImportValue': 'token' },
            ImageName: { 'Fn::If': ['IsDev', { Ref: 'Image' }, { 'Fn::Sub': `\${Previous.ImageName}` }] },
            Statement: { Condition: { StringEquals: { a: 'b' } } },
          },
          dependencies: ['Previous', 'Image'],
          DependsOn: { names: ['Previous'], line: 29, column: 5 },
          Condition: 'IsDev',
          Metadata: { Note: { Ref: 'Image' } },
          line: 27,
          propertyPlaces: new Map([
            ['ServiceToken', at(33, 7)],
            ['ImageName', at(34, 7)],
            ['Statement', at(35, 7)],
          ]),
        }),
      ]),
      Outputs: new Map([
        [
          'Stable',
          {
            Value: { Ref: 'Stable' },
            Description: 'Its ARN',
            Condition: 'IsDev',
            ExportName: { 'Fn::Sub': `\${AWS::StackName}-arn` },
            ...at(37, 3),
          },
        ],
      ]),
      attributeReferences: [
        { LogicalResourceId: 'Image', attribute: 'ImageName', line: 26, column: 26 },
        {
          LogicalResourceId: 'Previous',
          attribute: 'ImageName',
          line: 34,
          column: 48,
        },
      ],
      macros: [],
    });
  });

  it.each([
    ['!Ref A', { Ref: 'A' }],
    ['!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt [A, B]', { 'Fn::GetAtt': ['A', 'B'] }],
    ['!GetAtt [A, !Ref P]', { 'Fn::GetAtt': ['A', { Ref: 'P' }] }],
    ['{Fn::GetAtt: A.B}', { 'Fn::GetAtt': ['A', 'B'] }],
    [`!Sub "\${A.B}\${C}\${!D}"`, { 'Fn::Sub': `\${A.B}\${C}\${!D}` }],
    [`!Sub ["\${A}\${E}", {E: !Ref C}]`, { 'Fn::Sub': [`\${A}\${E}`, { E: { Ref: 'C' } }] }],
    ['!Join ["-", [a, !Ref A]]', { 'Fn::Join': ['-', ['a', { Ref: 'A' }]] }],
    ['!Select [0, !Split [",", "a,b"]]', { 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] }],
    ['!FindInMap [M, !Ref P, N]', { 'Fn::FindInMap': ['M', { Ref: 'P' }, 'N'] }],
    ['!If [Dev, !Ref A, !Ref AWS::NoValue]', { 'Fn::If': ['Dev', { Ref: 'A' }, { Ref: 'AWS::NoValue' }] }],
    [`!ImportValue {Fn::Sub: "\${P}-x"}`, { 'Fn::ImportValue': { 'Fn::Sub': `\${P}-x` } }],
    ['!Base64 text', { 'Fn::Base64': 'text' }],
    ['{Ref: main, Repository: data}', { Ref: 'main', Repository: 'data' }],
  ])('turns %s into its long form', (short, long) => {
    const text = `
Parameters: {P: {Type: String}}
Mappings: {M: {k: {N: v}}}
Conditions: {Dev: !Equals [a, a]}
Resources:
  A: {Type: Custom::A}
  C: {Type: Custom::C}
  R: {Type: Custom::R, Properties: {Value: ${short}}}`;

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')?.Properties).toEqual({ Value: long });
  });

  it.each([
    ['2012-10-17', '2012-10-17'],
    ['N', 'N'],
    ['yes', true],
    ['"yes"', 'yes'],
    ['.inf', '.inf'],
    ['1.50', 1.5],
    ['!!str 1', '1'],
    ['012345678901', 12345678901],
  ])('reads the scalar %s as %j', (written, read) => {
    const text = `Resources: {R: {Type: Custom::R, Properties: {Value: ${written}}}}`;

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')?.Properties).toEqual({ Value: read });
  });

  // As PyYAML reads them, and the AWS CLI with it.
  it.each([
    ['a bracket at the indent of its key', '{\n      a: [\n      1,\n      2\n      ]\n      }', { a: [1, 2] }],
    ['items of a flow list at the margin', '[\na, # here: "\n"b]"\n]', ['a', 'b]']],
    ['a text that goes on at the margin', '"one\ntwo\n\n  three"', 'one two\nthree'],
    ['a text in single quotes at the margin', "'it''s\none'", "it's one"],
    ['both', '{\n  a: "b\nc"\n}', { a: 'b c' }],
  ])('reads %s', (_what, written, read) => {
    const text = `Resources:\n  R:\n    Type: Custom::R\n    Properties:\n      Value: ${written}\n      Last: end\n`;

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')?.Properties).toEqual({ Value: read, Last: 'end' });
  });

  it('reports the place of a problem after a bracket at the margin', () => {
    const text = 'Resources:\n  A: {Type: Custom::A, Properties: {\n}}\n  B: {\n Type: Custom::B, Tpye: x }\n';

    expect(() => parseTemplate(text, 'template.yaml')).toThrow('template.yaml:5:19: A resource has no "Tpye".');
  });

  it.each([
    ['YAML', 'Resources:\n  R: {Type: A}\n  R: {Type: Custom::R, Properties: {a: 1, b: 2, a: 3}}\n'],
    ['JSON', '{"Resources": {"R": {"Type": "A"}, "R": {"Type": "Custom::R", "Properties": {"a": 1, "b": 2, "a": 3}}}}'],
  ])('takes the last of several entries with the same key in %s', (_language, text) => {
    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')).toMatchObject({ Type: 'Custom::R', Properties: { a: 3, b: 2 } });
  });

  it('takes the Version and the Description of a resource, and any name of a condition', () => {
    const text = `Conditions: {Is-Dev_1: !Equals [a, a]}
Resources:
  R: {Type: Custom::R, Version: '1.0', Description: Mine, Condition: Is-Dev_1, Properties: {Value: !If [Is-Dev_1, a, b]}}`;

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')).toMatchObject({ Condition: 'Is-Dev_1' });
  });

  it('keeps the digits of a number that is a key', () => {
    const text = 'Mappings: {Accounts: {012345678901: {Name: dev}}}\nResources: {R: {Type: Custom::R}}';

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Mappings).toEqual({ Accounts: { '012345678901': { Name: 'dev' } } });
  });

  it('reads empty Properties as none', () => {
    const template = parseTemplate('Resources:\n  R:\n    Type: Custom::R\n    Properties:\n', 'template.yaml');

    expect(template.Resources.get('R')?.Properties).toEqual({});
  });

  it.each([
    ['DependsOn: [B, A, B]', ['B', 'A']],
    ['DependsOn: A, Properties: {a: !Ref B, b: !Ref A}', ['A', 'B']],
    [`Properties: {a: !Sub "\${A.x}\${B}\${AWS::Region}\${!C}"}`, ['A', 'B']],
    [`Properties: {a: !Sub ["\${A}\${x}", {A: here, x: !GetAtt B.c}]}`, ['B']],
    ['Properties: {a: !If [Dev, !Ref A, [!Ref B]]}', ['A', 'B']],
    ['Properties: {a: !Ref P}', []],
  ])('a resource with {%s} depends on %j', (body, dependencies) => {
    const text = `
Parameters: {P: {Type: String}}
Conditions: {Dev: !Equals [a, a]}
Resources: {A: {Type: Custom::A}, B: {Type: Custom::B}, R: {Type: Custom::R, ${body}}}`;

    const template = parseTemplate(text, 'template.yaml');

    expect(template.Resources.get('R')?.dependencies).toEqual(dependencies);
  });

  it('accepts the resources that SAM creates, its Globals and its attributes', () => {
    const text = `
Transform: [AWS::Serverless-2016-10-31]
Globals: {Function: {Timeout: 900, Layers: [!Ref Bucket], Environment: {Variables: {BUCKET: !Ref Bucket}}}}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Plain: {Type: AWS::Serverless::Function}
  Own:
    Type: AWS::Serverless::Function
    Properties: {Layers: [own], Tags: [x], Environment: {Variables: {OWN: 1}}}
  Some: {Type: AWS::Serverless::Function, IgnoreGlobals: [Layers, Environment]}
  Api: {Type: AWS::Serverless::Function, IgnoreGlobals: '*', Properties: {AutoPublishAlias: live}}
  Policy: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref ApiRole]}}
Outputs:
  Alias: {Value: !Ref Api.Alias}
  Version: {Value: !Sub '\${Api.Version}'}
  AliasByName: {Value: !Ref ApiAliaslive}
  Rest: {Value: !Ref ServerlessRestApi}
  Role: {Value: !GetAtt ApiRole.Arn}`;

    const template = parseTemplate(text, 'template.yaml');

    const Variables = { BUCKET: { Ref: 'Bucket' } };
    const shared = { Timeout: 900, Layers: [{ Ref: 'Bucket' }], Environment: { Variables } };
    expect(['Plain', 'Own', 'Some', 'Api'].map((id) => template.Resources.get(id)?.Properties)).toEqual([
      shared,
      {
        Timeout: 900,
        Layers: [{ Ref: 'Bucket' }, 'own'],
        Tags: ['x'],
        Environment: { Variables: { ...Variables, OWN: 1 } },
      },
      { Timeout: 900 },
      { AutoPublishAlias: 'live' },
    ]);
    expect(template.Resources.get('Plain')?.dependencies).toEqual(['Bucket']);
    expect(template.Resources.get('Policy')?.dependencies).toEqual(['ApiRole']);
    expect(
      [...template.Resources.values()].map(({ LogicalResourceId, Type }) => `${LogicalResourceId} ${Type}`),
    ).toEqual([
      'Bucket AWS::S3::Bucket',
      'Plain AWS::Serverless::Function',
      'Own AWS::Serverless::Function',
      'Some AWS::Serverless::Function',
      'Api AWS::Serverless::Function',
      'Policy AWS::IAM::Policy',
      'ApiRole AWS::IAM::Role',
      'ApiAliaslive AWS::Lambda::Alias',
      'ServerlessRestApi AWS::ApiGateway::RestApi',
      'PlainRole AWS::IAM::Role',
      'OwnRole AWS::IAM::Role',
      'SomeRole AWS::IAM::Role',
    ]);
    expect(template.Outputs.get('Alias')?.Value).toEqual({ 'Fn::GetAtt': ['Api', 'Alias'] });
  });

  it('reports the file, line and column of every problem, in the order of the file', () => {
    const text = 'Outputs: {O: {Value: !Ref X}}\nResources:\n  A: {Typ: X}\n';

    const thrown = thrownBy(() => parseTemplate(text, 'examples/bad.yaml'));

    expect(thrown).toBeInstanceOf(TemplateError);
    expect(thrown).toEqual(
      new TemplateError('examples/bad.yaml', [
        { line: 1, column: 27, message: 'Ref: there is no parameter or resource "X".' },
        { line: 3, column: 3, message: 'Resource "A" has no Type.' },
        { line: 3, column: 7, message: 'A resource has no "Typ". Did you mean "Type"?' },
      ]),
    );
  });

  it('reads the same template from JSON and from YAML', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,9}$/);
    const data = fc
      .dictionary(name, fc.jsonValue().filter(hasNoFunction))
      .map((value) => JSON.parse(JSON.stringify(value)));
    const resource = fc.record({ Type: fc.constant('Custom::Thing'), Properties: data });
    const documents = fc.record({ Resources: fc.dictionary(name, resource, { minKeys: 1 }) });

    fc.assert(
      fc.property(documents, (document) => {
        const fromJson = parseTemplate(JSON.stringify(document, null, 1), 'template');
        const fromYaml = parseTemplate(stringify(document, { version: '1.1' }), 'template');

        expect(withoutLines(fromYaml)).toEqual(withoutLines(fromJson));
        expect(withoutLines(fromJson)).toEqual(
          Object.entries(document.Resources).map(([id, { Properties }]) => [id, Properties]),
        );
      }),
    );
  });
});

function withoutLines(template: Template) {
  return [...template.Resources].map(([id, { Properties }]) => [id, Properties]);
}

function hasNoFunction(value: unknown): boolean {
  return !/"(Ref|Fn::[^"]*|<<|__proto__)":|null/.test(JSON.stringify(value));
}
