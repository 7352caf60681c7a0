import { checkedTemplate, type KnownTypes } from '../../../sandbox/cloudformation/check-template.ts';
import type { ResourceSchema } from '../../../sandbox/cloudformation/registry-schema.ts';
import { TemplateError } from '../../../sandbox/template/template.ts';
import { anyResourceType } from '../../support/resource-type.ts';
import { futureStack } from './world.ts';

const thing: ResourceSchema = {
  typeName: 'Custom::Thing',
  properties: {
    Name: { type: 'string' },
    ServiceToken: { type: 'string' },
    Size: { type: 'string', pattern: '^XL$', description: 'XL' },
    Tags: { type: 'array', items: { type: 'string', minLength: 2, enum: ['good', 'better'] } },
    Count: { type: 'integer', minimum: 1, maximum: 10 },
    IsNew: { type: 'boolean' },
    Code: { type: 'string', minLength: 2, maxLength: 3, pattern: '^\\p{L}+$' },
    Arn: { type: 'string' },
  },
  required: ['Name'],
  readOnlyProperties: ['/properties/Arn'],
  attributes: ['/properties/Arn', '/properties/Name'],
};
/** A schema with only what the registry demands. */
const plain: ResourceSchema = {
  typeName: 'Custom::Plain',
  definitions: { Place: { type: 'object' } },
  properties: {
    Name: { type: 'string' },
    Place: { $ref: '#/definitions/Place' },
    Labels: { type: 'object' },
    List: { type: 'array' },
    Count: { type: 'integer' },
    From: { type: 'integer', minimum: 1 },
    To: { type: 'integer', maximum: 9 },
    Choice: { type: 'integer', enum: [1, 2] },
    Ratio: { type: 'number' },
    Any: {},
  },
};
const { ServiceToken: _, ...writable } = thing.properties;
const knownTypes: KnownTypes = {
  find: ({ Type }, { macros }) => {
    if (Type === 'Native::Thing' && macros.length > 0)
      return { schema: { ...thing, typeName: Type, properties: writable } };
    const schema = [thing, plain].find(({ typeName }) => typeName === Type);
    return schema && { schema };
  },
  macros: ['Thingify'],
};
/** Everything that is wrong with the template, as `line:column message`, in the file's order. */
function problems(templateText: string): readonly string[] {
  try {
    checkedTemplate(futureStack({ templateText, fileName: 'thing.yaml', parameters: {} }), {
      findResourceType: (Type) => {
        if (Type === 'AWS::Thing') return { ...anyResourceType, attributes: ['FixedArn'] };
        return Type.startsWith('Custom::') ? anyResourceType : undefined;
      },
      knownTypes,
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

describe('Names', () => {
  it('are reported where they are missing, unknown or an attribute', () => {
    const found = problems(`Resources:
  A:
    Type: Custom::Thing
    Properties:
      Sise: 1
      Arn: x
      Depth: 2
`);

    expect(found).toEqual([
      '2:3 Resource A: a Custom::Thing needs the property Name.',
      '5:7 Resource A: a Custom::Thing has no property "Sise". Did you mean "Size"?',
      '6:7 Resource A: Arn is an attribute, read with Fn::GetAtt, and cannot be set.',
      '7:7 Resource A: a Custom::Thing has no property "Depth". There are: Name, ServiceToken, Size, Tags, Count, ' +
        'IsNew, Code.',
    ]);
  });

  it('are reported with their place in flow style and in JSON too', () => {
    expect(problems('Resources: {A: {Type: Custom::Thing, Properties: {Name: x, Sise: XL}}}')).toEqual([
      '1:60 Resource A: a Custom::Thing has no property "Sise". Did you mean "Size"?',
    ]);
    expect(problems('{"Resources": {"A": {"Type": "Custom::Thing", "Properties": {"Size": "XL"}}}}')).toEqual([
      '1:16 Resource A: a Custom::Thing needs the property Name.',
    ]);
  });

  it('are all optional in a schema without a list of required ones', () => {
    expect(problems('Resources: {A: {Type: Custom::Plain, Properties: {Nam: x}}}')).toEqual([
      '1:51 Resource A: a Custom::Plain has no property "Nam". Did you mean "Name"?',
    ]);
  });

  it('can be those of an attribute and a property at once', () => {
    expect(problems('Resources: {A: {Type: Custom::Thing, Properties: {Name: x}}}')).toEqual([]);
  });

  it('are not checked in other types, custom ones or not', () => {
    expect(problems('Resources: {A: {Type: Custom::Other}, B: {Type: AWS::Thing}}')).toEqual([]);
  });
});

describe('Attributes', () => {
  it('are reported where there are none, wherever the template reads them', () => {
    const found = problems(`Resources:
  A: {Type: Custom::Thing, Properties: {Name: x}}
  B:
    Type: Custom::Other
    Properties:
      One: !GetAtt A.Arm
      Two: {Fn::GetAtt: [A, Arn]}
      Three: !Sub ['\${A.Name} \${A.Nam} \${Own.Arn}', {Own.Arn: !GetAtt B2.Anything}]
  B2: {Type: Custom::Other}
  C: {Type: AWS::Thing}
Outputs:
  Out: {Value: !Join ['', [!GetAtt A.Length]]}
  Fixed: {Value: !Sub '\${C.FixedArn} \${C.Arn}'}
`);

    expect(found).toEqual([
      '6:20 A is a Custom::Thing, which has no attribute "Arm". Did you mean "Arn"?',
      '8:31 A is a Custom::Thing, which has no attribute "Nam". Did you mean "Name"?',
      '12:36 A is a Custom::Thing, which has no attribute "Length". There are: Arn, Name.',
      '13:38 C is an AWS::Thing, which has no attribute "Arn". There are: FixedArn.',
    ]);
  });

  it('are not checked if their names are only known later', () => {
    const found = problems(`Parameters: {Which: {Type: String}}
Resources:
  A: {Type: Custom::Thing, Properties: {Name: x}}
  B:
    Type: Custom::Other
    Properties: {One: !GetAtt [A, !Ref Which]}
`);

    expect(found).toEqual([]);
  });
});

describe('Values', () => {
  const withProperties = (properties: string) =>
    problems(`Parameters: {P: {Type: String}}
Resources:
  A: {Type: Custom::Thing, Properties: {Name: x, ${properties}}}`);

  it('are reported where they break a rule, items of a list one by one', () => {
    expect(withProperties('Size: M, Tags: [good, bad, !Ref P, bad]')).toEqual([
      '3:50 Resource A: Size must be XL, not "M".',
      '3:72 Resource A: Tags[1] must be one of good, better, not "bad".',
      '3:85 Resource A: Tags[3] must be one of good, better, not "bad".',
    ]);
    expect(withProperties('Tags: bad')).toEqual(['3:50 Resource A: Tags must be a list, not "bad".']);
  });

  it.each([
    ['Count: 0', 'Count must be a whole number from 1 to 10, not 0.'],
    ["Count: '11'", 'Count must be a whole number from 1 to 10, not "11".'],
    ['Count: 1.5', 'Count must be a whole number from 1 to 10, not 1.5.'],
    ["Count: ' '", 'Count must be a whole number from 1 to 10, not " ".'],
    ['IsNew: 1', 'IsNew must be true or false, not 1.'],
    ['IsNew: [true]', 'IsNew must be true or false, not [true].'],
    ['Code: [ab]', 'Code must be a string, not ["ab"].'],
    ['Code: a', 'Code must have 2 to 3 characters, not 1.'],
    ['Code: "1234"', 'Code must have 2 to 3 characters, not 4.'],
    ['Code: 12', 'Code must be a string that matches ^\\p{L}+$, not 12.'],
  ])('are reported by their type: %s', (properties, message) => {
    expect(withProperties(properties)).toEqual([`3:50 Resource A: ${message}`]);
  });

  it.each(['Count: 10', "Count: '1'", 'IsNew: "true"', 'IsNew: false', 'Code: äöü'])(
    'are valid as scalars of any type: %s',
    (properties) => {
      expect(withProperties(properties)).toEqual([]);
    },
  );

  const plainly = (properties: string) =>
    problems(`Resources: {A: {Type: Custom::Plain, Properties: {${properties}}}}`);

  it.each([
    ['Count: x', 'Count must be a whole number, not "x".'],
    ['Count: [1]', 'Count must be a whole number, not [1].'],
    ['From: 0', 'From must be a whole number from 1, not 0.'],
    ['To: 10', 'To must be a whole number to 9, not 10.'],
    ['Choice: 3', 'Choice must be one of 1, 2, not 3.'],
  ])('are reported with the bounds that there are: %s', (properties, message) => {
    expect(plainly(properties)).toEqual([`1:51 Resource A: ${message}`]);
  });

  it.each([
    ...['Count: 12', 'Count: -1', 'From: 99', 'To: -9', 'List: [a, {b: c}]', 'Ratio: 0.5', 'Choice: 1'],
    ...['Place: {City: x}', 'Place: x', 'Labels: {a: b}', 'Labels: []', 'Any: {a: b}', 'Any: [1]', 'Any: 1'],
  ])('are valid, or nothing that this check can judge: %s', (properties) => {
    expect(plainly(properties)).toEqual([]);
  });

  it.each(['Size: !Ref P', 'Size: [!Sub a]', 'Tags: !Split [",", !Ref P]', 'Size: !ImportValue x'])(
    'are not checked if they are only known later: %s',
    (properties) => {
      expect(withProperties(properties)).toEqual([]);
    },
  );

  it('are not checked if they are dynamic references, which are looked up later', () => {
    expect(withProperties("Size: '{{resolve:ssm:/size}}'")).toEqual([]);
  });
});

describe('What parsing reports', () => {
  it('comes together with everything else', () => {
    const found = problems(`Resources:
  A:
    Type: Custom::Thing
    DependOn: B
    Properties: {Name: !Ref Nothing, Sise: 1, Size: M}
  B: {Type: Other::Thing}
Outputs: {Out: {Value: !GetAtt A.Length}}
`);

    expect(found).toEqual([
      '4:5 A resource has no "DependOn". Did you mean "DependsOn"?',
      '5:29 Ref: there is no parameter or resource "Nothing".',
      '5:38 Resource A: a Custom::Thing has no property "Sise". Did you mean "Size"?',
      '5:47 Resource A: Size must be XL, not "M".',
      '6:3 Template format error: Unrecognized resource types: [Other::Thing]',
      '7:32 A is a Custom::Thing, which has no attribute "Length". There are: Arn, Name.',
    ]);
  });

  it.each<[what: string, resource: string, told: readonly string[]]>([
    ['no Type', '{Properties: {}}', ['2:3 Resource "A" has no Type.']],
    ['a Type that is no text', '{Type: [x]}', ['2:13 Type must be a string.']],
    [
      'Properties under another name',
      '{Type: Custom::Thing, Propertis: {Name: x}}',
      ['2:28 A resource has no "Propertis". Did you mean "Properties"?'],
    ],
    [
      'Properties that are an alias',
      '{Type: Custom::Thing, Properties: *x}',
      ['2:40 CloudFormation does not support YAML aliases: write out the value of *x.'],
    ],
    ['Properties that are a list', '{Type: Custom::Thing, Properties: [x]}', ['2:40 Properties must be a map.']],
    [
      'a merge key among Properties',
      '{Type: Custom::Thing, Properties: {<<: {Name: x}}}',
      ['2:41 CloudFormation does not support YAML merge keys: write out the entries of <<.'],
    ],
    [
      'a function among Properties',
      '{Type: Custom::Thing, Properties: {Fn::Sub: x, Size: XL}}',
      ['2:41 Fn::Sub must be the only key of its map: move it or the other keys.'],
    ],
    [
      'a value that is an alias, or has an unknown tag',
      '{Type: Custom::Thing, Properties: {Name: x, Size: *x, Tags: [*x, !Reff bad]}}',
      [
        '2:56 CloudFormation does not support YAML aliases: write out the value of *x.',
        '2:67 CloudFormation does not support YAML aliases: write out the value of *x.',
        '2:77 CloudFormation has no tag !Reff. Did you mean "!Ref"?',
      ],
    ],
    [
      'a list with an unknown tag',
      '{Type: Custom::Thing, Properties: {Name: x, Size: !Reff [M]}}',
      ['2:62 CloudFormation has no tag !Reff. Did you mean "!Ref"?'],
    ],
  ])('causes no second problem: %s', (_what, resource, told) => {
    expect(problems(`Resources:\n  A: ${resource}\nMetadata: &x XL\n`)).toEqual(told);
  });

  it('does not hide other problems beside it', () => {
    expect(
      problems('Resources:\n  A: {Type: Custom::Thing, Properties: {<<: {Name: x}, Sise: 1, Tags: [!Reff a, bad]}}'),
    ).toEqual([
      '2:41 CloudFormation does not support YAML merge keys: write out the entries of <<.',
      '2:56 Resource A: a Custom::Thing has no property "Sise". Did you mean "Size"?',
      '2:78 CloudFormation has no tag !Reff. Did you mean "!Ref"?',
      '2:81 Resource A: Tags[1] must be one of good, better, not "bad".',
    ]);
  });
});

describe('A type that only a macro knows', () => {
  const resources = 'Resources:\n  A: {Type: Native::Thing, Properties: {Sise: 1}}\n  B: {Type: Other::Thing}\n';

  it('is a type like any other without the macro', () => {
    expect(problems(resources)).toEqual([
      '2:3 Template format error: Unrecognized resource types: [Native::Thing]',
      '3:3 Template format error: Unrecognized resource types: [Other::Thing]',
    ]);
  });

  it('is checked as its author wrote it, with all the others', () => {
    expect(problems(`${resources}Transform: Thingify`)).toEqual([
      '2:3 Resource A: a Native::Thing needs the property Name.',
      '2:41 Resource A: a Native::Thing has no property "Sise". Did you mean "Size"?',
      '3:3 Template format error: Unrecognized resource types: [Other::Thing]',
    ]);
  });

  it('cannot have a property that its schema lacks, because the macro sets it', () => {
    const text = 'Resources: {A: {Type: Native::Thing, Properties: {Name: x, ServiceToken: y}}}\nTransform: Thingify';

    expect(problems(text)).toEqual([
      expect.stringContaining('Resource A: a Native::Thing has no property "ServiceToken".'),
    ]);
  });

  it('is not checked before an unknown macro', () => {
    expect(problems(`${resources}Transform: [Thingify, Other]`)).toEqual([]);
  });
});
