import { anImage, problemsOf } from './template-source.ts';

/** A template, and `line:column message` of everything that is wrong with it. */
type BadTemplate = readonly [name: string, text: string, problems: readonly string[]];

/** A resource R with `properties`, in a template that has one of everything. The value begins at 6:44. */
const withProperties = (properties: string) => `Parameters: {P: {Type: String}}
Mappings: {M: {Key: {Name: v}}}
Conditions: {Dev: !Equals [a, a]}
Resources:
  Image: {Type: AWS::SageMaker::Image}
  R: {Type: Custom::R, Properties: {Value: ${properties}}}`;

const withCondition = (condition: string) => `Parameters: {Stage: {Type: String}}
Conditions:
  IsDev: ${condition}
${anImage}`;

const withParameter = (parameter: string) => `Parameters:
  P: ${parameter}
${anImage}`;

const brokenText: readonly BadTemplate[] = [
  ['nothing', '', ['1:1 The template is empty: it needs a Resources section.']],
  ['only a comment', '# later\n', ['1:1 The template is empty: it needs a Resources section.']],
  ['a text', 'hello', ['1:1 A template must be a map of sections and needs a Resources section.']],
  [
    'a quote that stays open',
    'Resources:\n  A:\n    Type: "x\n  B: y\n',
    ['3:11 This is not YAML. The quote that opens here is never closed.'],
  ],
  [
    'a map in a value',
    'Resources:\n  A:\n    Type: a: b\n',
    ['3:11 This is not YAML. A map cannot begin here: check the indentation, or quote a text that has a ": " in it.'],
  ],
  ['a tab', 'Resources:\n\tA: {Type: x}\n', ['2:1 This is not YAML. A tab cannot indent: use spaces.']],
  [
    'two documents',
    `${anImage}\n---\na: 1`,
    ['2:1 This is not YAML. A second document begins here: a template is one document, without further "---".'],
  ],
  [
    'JSON without quotes',
    '{"Resources": {"A": {"Type": Custom}}}',
    ['1:30 This is not JSON. Unresolved plain scalar "Custom".'],
  ],
  [
    'JSON that stays open',
    '{"Resources": {\n  "A": {"Type": "X"}\n',
    ['3:1 This is not JSON. A map stays open: its "}" is missing.'],
  ],
  [
    'duplicate keys',
    'Resources:\n  A: {Type: X}\n  A: {Type: Y}\n',
    ['3:3 "A" is already in this map: remove one of the two.'],
  ],
  [
    'duplicate keys in JSON',
    '{"Resources": {\n  "A": {"Type": "X"},\n  "A": {"Type": "Y"}}}',
    ['3:3 "A" is already in this map: remove one of the two.'],
  ],
  [
    'an alias',
    'Resources:\n  A: &a {Type: X}\n  B: *a\n',
    ['3:6 CloudFormation does not support YAML aliases: write out the value of *a.', '3:6 Resource "B" must be a map.'],
  ],
  [
    'a merge',
    'Resources:\n  A:\n    Type: X\n    Properties: {<<: {B: 1}}\n',
    ['4:18 CloudFormation does not support YAML merge keys: write out the entries of <<.'],
  ],
  [
    'a list as a key',
    'Resources:\n  ? [A]\n  : {Type: X}\n  B: {Type: X}',
    ['2:5 A key must be a name, not a list, a map or nothing.'],
  ],
];

const badSections: readonly BadTemplate[] = [
  ['no Resources', 'Description: x', ['1:1 The template needs a Resources section.']],
  ['empty Resources', 'Resources: {}', ['1:1 Resources needs at least one resource.']],
  ['Resources that are a list', 'Resources: [A]', ['1:12 Resources must be a map.']],
  ['an unknown section', `${anImage}\nOutput: {}`, ['2:1 A template has no "Output". Did you mean "Outputs"?']],
  ['Globals without SAM', `${anImage}\nGlobals: {}`, ['2:1 A template has no "Globals".']],
  [
    'another version',
    `AWSTemplateFormatVersion: 2020-01-01\n${anImage}`,
    ['1:27 AWSTemplateFormatVersion must be "2010-09-09", the only version.'],
  ],
  [
    'an include',
    `Transform: {Name: AWS::Include}\n${anImage}`,
    ['1:12 Transform AWS::Include is not simulated here; only AWS::Serverless-2016-10-31 is read.'],
  ],
  [
    'one name twice',
    `Parameters: {Image: {Type: String}}\n${anImage}`,
    ['2:13 "Image" is also the name of a parameter: rename one of the two.'],
  ],
  [
    'a mapping of maps',
    `Mappings: {M: {K: {N: {a: b}}}}\n${anImage}`,
    ['1:23 A value in a mapping must be a text or a list of texts, not a function or a map.'],
  ],
  ['a mapping without keys', `Mappings: {M: {K: v}}\n${anImage}`, ['1:19 "K" in mapping "M" must be a map.']],
  [
    'an output without a Value',
    `${anImage}\nOutputs: {O: {Valeu: x}}`,
    ['2:11 Output "O" has no Value.', '2:15 An output has no "Valeu". Did you mean "Value"?'],
  ],
  ['an export without a Name', `${anImage}\nOutputs: {O: {Value: x, Export: {}}}`, ['2:25 Export needs a Name.']],
  [
    'an export named after a resource',
    `${anImage}\nOutputs: {O: {Value: x, Export: {Name: !Ref Image}}}`,
    ['2:45 "Image" is a resource. CloudFormation needs the name of an export before it creates any resource.'],
  ],
  [
    'an output with an unknown condition',
    `${anImage}\nOutputs: {O: {Value: x, Condition: Dev}}`,
    ['2:36 Condition: there is no condition "Dev".'],
  ],
];

const badResources: readonly BadTemplate[] = [
  ['no Type', 'Resources:\n  A: {Properties: {}}', ['2:3 Resource "A" has no Type.']],
  ['a Type that is no text', 'Resources:\n  A: {Type: [X]}', ['2:13 Type must be a text.']],
  [
    'a name with a dash',
    'Resources:\n  my-image: {Type: X}',
    ['2:3 The name of a resource may contain only letters and digits, unlike "my-image".'],
  ],
  [
    'an unknown attribute',
    'Resources:\n  A: {Type: X, DependOn: B}',
    ['2:16 A resource has no "DependOn". Did you mean "DependsOn"?'],
  ],
  ['properties that are a list', 'Resources:\n  A: {Type: X, Properties: [a]}', ['2:28 Properties must be a map.']],
  [
    'an unknown policy',
    'Resources:\n  A: {Type: X, DeletionPolicy: RETAIN}',
    [
      '2:32 DeletionPolicy must be one of Delete, Retain, RetainExceptOnCreate, Snapshot, not "RETAIN". Did you mean "Retain"?',
    ],
  ],
  [
    'a policy for deletion only',
    'Resources:\n  A: {Type: X, UpdateReplacePolicy: RetainExceptOnCreate}',
    ['2:37 UpdateReplacePolicy must be one of Delete, Retain, Snapshot, not "RetainExceptOnCreate".'],
  ],
  [
    'an unknown DependsOn',
    'Resources:\n  Previous: {Type: X}\n  A: {Type: X, DependsOn: [Previos]}',
    ['3:28 DependsOn: there is no resource "Previos". Did you mean "Previous"?'],
  ],
  [
    'a DependsOn of a map',
    'Resources:\n  A: {Type: X, DependsOn: {B: c}}',
    ['2:27 DependsOn takes the name of a resource, or a list of names.'],
  ],
  [
    'a DependsOn of itself',
    'Resources:\n  A: {Type: X, DependsOn: A}',
    ['2:27 "A" refers to itself. Remove this reference.'],
  ],
  [
    'a Ref to itself',
    'Resources:\n  A: {Type: X, Properties: {B: !Ref A}}',
    ['2:37 "A" refers to itself. Remove this reference.'],
  ],
  [
    'an unknown condition',
    'Resources:\n  A: {Type: X, Condition: IsDev}',
    ['2:27 Condition: there is no condition "IsDev".'],
  ],
  [
    'a circle of two',
    'Resources:\n  A: {Type: X, DependsOn: B}\n  B: {Type: X, Properties: {a: !Ref A}}',
    ['2:3 Circular dependency between resources: A needs B needs A. Remove one of these references.'],
  ],
  [
    'two circles, one of them entered from outside',
    'Resources:\n  In: {Type: X, DependsOn: A}\n  A: {Type: X, DependsOn: B}\n  B: {Type: X, DependsOn: [In2, C]}\n  C: {Type: X, DependsOn: A}\n  In2: {Type: X}\n  D: {Type: X, DependsOn: E}\n  E: {Type: X, DependsOn: D}',
    [
      '3:3 Circular dependency between resources: A needs B needs C needs A. Remove one of these references.',
      '7:3 Circular dependency between resources: D needs E needs D. Remove one of these references.',
    ],
  ],
];

const badValues: readonly BadTemplate[] = [
  [
    'an unknown Ref',
    withProperties('!Ref Imgae'),
    ['6:49 Ref: there is no parameter or resource "Imgae". Did you mean "Image"?'],
  ],
  [
    'an unknown pseudo parameter',
    withProperties('!Ref AWS::Regoin'),
    ['6:49 Ref: there is no pseudo parameter "AWS::Regoin". Did you mean "AWS::Region"?'],
  ],
  ['a Ref of a list', withProperties('!Ref [Image]'), ['6:49 Ref takes one name, of a parameter or a resource.']],
  ['a Ref of nothing', withProperties('{Ref: }'), ['6:50 Ref takes one name, of a parameter or a resource.']],
  [
    'a GetAtt of an unknown resource',
    withProperties('!GetAtt Imag.Arn'),
    ['6:52 Fn::GetAtt: there is no resource "Imag". Did you mean "Image"?'],
  ],
  [
    'a GetAtt of a parameter',
    withProperties('!GetAtt P.Arn'),
    ['6:52 Fn::GetAtt: "P" is a parameter, not a resource. Use Ref for a parameter\'s value.'],
  ],
  [
    'a GetAtt without attribute',
    withProperties('!GetAtt Image'),
    ['6:52 Fn::GetAtt takes two names, Resource.Attribute or [Resource, Attribute].'],
  ],
  [
    'a Sub of an unknown variable',
    withProperties(`!Sub "arn:\${Nothing}:\${P}"`),
    ['6:54 Fn::Sub: there is no parameter or resource "Nothing".'],
  ],
  [
    'a Sub of an unknown resource',
    withProperties(`!Sub "\${Imag.Arn}"`),
    ['6:50 Fn::Sub: there is no resource "Imag". Did you mean "Image"?'],
  ],
  [
    'a Sub of an unknown variable twice',
    withProperties(`!Sub "\${Nothing}\${Nothing}"`),
    ['6:50 Fn::Sub: there is no parameter or resource "Nothing".'],
  ],
  [
    'a Sub of an unknown variable behind an escape',
    withProperties(`!Sub "a\\u0024{Nothing}"`),
    ['6:49 Fn::Sub: there is no parameter or resource "Nothing".'],
  ],
  [
    'a Sub with a space',
    withProperties(`!Sub "\${ P }"`),
    [
      `6:50 Fn::Sub: a variable may contain only letters, digits, "_", "." and ":", unlike "\${ P }". Write "\${! P }" for the text itself.`,
    ],
  ],
  [
    'a Sub of many lines',
    withProperties('x').replace('x}}', `\n    !Sub "one\n     \${Two}"}}`),
    ['8:6 Fn::Sub: there is no parameter or resource "Two".'],
  ],
  [
    'a Sub of a map',
    withProperties('!Sub {a: b}'),
    ['6:49 Fn::Sub takes a text, or a list of a text and a map of its variables.'],
  ],
  [
    'a Sub of three',
    withProperties('!Sub [a, {}, b]'),
    ['6:49 Fn::Sub takes a text, or a list of a text and a map of its variables.'],
  ],
  [
    'a Sub whose variable refers to nothing',
    withProperties(`!Sub ["\${a}", {a: !Ref B}]`),
    ['6:67 Ref: there is no parameter or resource "B".'],
  ],
  [
    'a Join of no list',
    withProperties('!Join [",", a]'),
    ['6:50 Fn::Join takes a list of two: the text to put between, and the list to join.'],
  ],
  [
    'a Select by name',
    withProperties('!Select [first, [a]]'),
    ['6:52 Fn::Select takes a list of two: an index from 0, and the list to select from.'],
  ],
  [
    'a Select past the end',
    withProperties('!Select [1, [a]]'),
    ['6:53 Fn::Select: there is no item 1 in a list of 1; the first is item 0.'],
  ],
  [
    'a Split at nothing',
    withProperties('!Split ["", a]'),
    ['6:51 Fn::Split takes a list of two: the text to split at, and the text to split.'],
  ],
  ['a Base64 of a list', withProperties('!Base64 [a]'), ['6:52 Fn::Base64 takes one text.']],
  [
    'an ImportValue of a resource',
    withProperties('!ImportValue {Ref: Image}'),
    ['6:63 "Image" is a resource. CloudFormation evaluates Fn::ImportValue before it creates any resource.'],
  ],
  [
    'a lookup in an unknown map',
    withProperties('!FindInMap [N, Key, Name]'),
    ['6:56 Fn::FindInMap: there is no "N" in Mappings.'],
  ],
  [
    'a lookup of an unknown key',
    withProperties('!FindInMap [M, Kye, Name]'),
    ['6:59 Fn::FindInMap: there is no "Kye" in Mappings.M.'],
  ],
  [
    'a lookup of an unknown name',
    withProperties('!FindInMap [M, Key, Nam]'),
    ['6:64 Fn::FindInMap: there is no "Nam" in Mappings.M.Key. Did you mean "Name"?'],
  ],
  [
    'a lookup of two',
    withProperties('!FindInMap [M, Key]'),
    ['6:55 Fn::FindInMap takes a list of three: the map, its key, and the name under that key.'],
  ],
  ['an If of an unknown condition', withProperties('!If [Dve, a, b]'), ['6:49 Fn::If: there is no condition "Dve".']],
  [
    'an If without else',
    withProperties('!If [Dev, a]'),
    ["6:48 Fn::If takes a list of three: a condition's name, the value if it holds, and the value if it does not."],
  ],
  [
    'a problem in the branch of an If',
    withProperties('!If [Dev, a, [!Ref B]]'),
    ['6:63 Ref: there is no parameter or resource "B".'],
  ],
  [
    'an Equals outside of Conditions',
    withProperties('!Equals [a, b]'),
    ['6:52 Fn::Equals is allowed only in the Conditions section: define a condition there and use Fn::If here.'],
  ],
  ['a Cidr', withProperties('!Cidr [a, 1, 8]'), ['6:50 Fn::Cidr is not simulated here.']],
  ['a macro', withProperties('{Fn::Transform: {Name: Mine}}'), ['6:45 Fn::Transform (Mine) is not simulated here.']],
  [
    'an unknown function',
    withProperties('{Fn::Jion: [a, b]}'),
    ['6:45 There is no function Fn::Jion. Did you mean "Fn::Join"?'],
  ],
  ['an unknown tag', withProperties('!Reff Image'), ['6:50 CloudFormation has no tag !Reff. Did you mean "!Ref"?']],
  ['a tag of YAML alone', withProperties('!!binary Image'), ['6:53 CloudFormation has no tag !!binary.']],
  [
    'a function with company',
    withProperties('{Fn::Base64: a, b: c}'),
    ['6:45 Fn::Base64 must be the only key of its map: move it or the other keys.'],
  ],
];

const badConditions: readonly BadTemplate[] = [
  [
    'a text',
    withCondition('yes please'),
    ['3:10 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.'],
  ],
  [
    'a Ref',
    withCondition('!Ref Stage'),
    ['3:15 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.'],
  ],
  [
    'an unknown function',
    withCondition('{Fn::Equal: [a, b]}'),
    [
      '3:11 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition. Did you mean "Fn::Equals"?',
    ],
  ],
  ['an Equals of one', withCondition('!Equals [a]'), ['3:18 Fn::Equals takes a list of two values.']],
  ['an And of one', withCondition('!And [!Equals [a, b]]'), ['3:15 Fn::And takes a list of 2 to 10 conditions.']],
  [
    'a Not of two',
    withCondition('!Not [!Equals [a, b], !Equals [a, b]]'),
    ['3:15 Fn::Not takes a list of one condition.'],
  ],
  [
    'an Or of texts',
    withCondition('!Or [a, !Equals [a, b]]'),
    ['3:15 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.'],
  ],
  [
    'an unknown condition',
    withCondition('!Not [!Condition IsPord]'),
    ['3:27 Condition: there is no condition "IsPord".'],
  ],
  [
    'a resource',
    withCondition('!Equals [!Ref Image, a]'),
    ['3:24 "Image" is a resource. CloudFormation evaluates conditions before it creates any resource: use parameters.'],
  ],
  [
    'a resource inside of a function',
    withCondition('!Equals [!Join [",", [!Ref Image]], a]'),
    ['3:37 "Image" is a resource. CloudFormation evaluates conditions before it creates any resource: use parameters.'],
  ],
  [
    'a circle',
    withCondition('!Not [!Condition IsProd]\n  IsProd: !Not [!Condition IsDev]'),
    ['3:3 Circular dependency between conditions: IsDev needs IsProd needs IsDev. Remove one of these references.'],
  ],
  [
    'a circle of one',
    withCondition('!Not [!Condition IsDev]'),
    ['3:3 Circular dependency between conditions: IsDev needs IsDev. Remove one of these references.'],
  ],
];

const badParameters: readonly BadTemplate[] = [
  [
    'no Type',
    withParameter('{Default: a}'),
    ['2:3 Parameter "P" has no Type: one of String, Number, List<Number>, CommaDelimitedList.'],
  ],
  [
    'an unknown Type',
    withParameter('{Type: string}'),
    [
      '2:13 There is no parameter type string: use String, Number, List<Number>, CommaDelimitedList or one of AWS\'s own. Did you mean "String"?',
    ],
  ],
  [
    'a stored parameter',
    withParameter("{Type: 'AWS::SSM::Parameter::Value<String>'}"),
    ['2:13 AWS::SSM::Parameter::Value<String> is not simulated here: make "P" a String and give its value.'],
  ],
  [
    'an unknown attribute',
    withParameter('{Type: String, MaxLenght: 3}'),
    ['2:21 A parameter has no "MaxLenght". Did you mean "MaxLength"?'],
  ],
  [
    'a list as Default',
    withParameter('{Type: CommaDelimitedList, Default: [a, b]}'),
    ['2:42 Default must be a text; write a list with commas: "a,b".'],
  ],
  [
    'a Default that breaks a constraint',
    withParameter('{Type: String, Default: ab, MinLength: 3}'),
    ["2:30 The Default does not fit: Parameter 'P' must contain at least 3 characters"],
  ],
  [
    'a Default that is no number',
    withParameter('{Type: Number, Default: many}'),
    ["2:30 The Default does not fit: Parameter 'P' must be a number."],
  ],
  [
    'a bound that is no number',
    withParameter('{Type: Number, MinValue: few}'),
    ['2:31 MinValue must be a number, not "few".'],
  ],
  [
    'a NoEcho that is neither',
    withParameter('{Type: String, NoEcho: maybe}'),
    ['2:29 NoEcho must be true or false, not "maybe".'],
  ],
  [
    'a pattern that is none',
    withParameter("{Type: String, AllowedPattern: '('}"),
    ['2:37 AllowedPattern is not a valid regular expression in JavaScript: ('],
  ],
  [
    'AllowedValues that are a text',
    withParameter('{Type: String, AllowedValues: a}'),
    ['2:36 AllowedValues must be a list of texts.'],
  ],
];

describe('a template with bad text', () => check(brokenText));
describe('a template with a bad section', () => check(badSections));
describe('a template with a bad resource', () => check(badResources));
describe('a template with a bad value', () => check(badValues));
describe('a template with a bad condition', () => check(badConditions));
describe('a template with a bad parameter', () => check(badParameters));

function check(templates: readonly BadTemplate[]): void {
  it.each(templates)('is told where it has %s', (_name, text, expected) => {
    const problems = problemsOf(text);

    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(expected);
  });
}
