import { anImage, problemsOf } from './template-source.ts';

/** The problems of a template, as `line:column message`, by its text or a part of it. */
type Problems = Readonly<Record<string, string | readonly string[]>>;

const ofTexts: Problems = {
  '': '1:1 The template is empty: it needs a Resources section.',
  '# later\n': '1:1 The template is empty: it needs a Resources section.',
  hello: '1:1 A template must be a map of sections and needs a Resources section.',
  'Resources:\n  A:\n    Type: "x\n  B: y\n': '3:11 This is not YAML. The quote that opens here is never closed.',
  'Resources:\n  A:\n    Type: a: b\n':
    '3:11 This is not YAML. A map cannot begin here: check the indentation, or quote a string that has a ": " in it.',
  'Resources:\n\tA: {Type: x}\n': '2:1 This is not YAML. A tab cannot indent: use spaces.',
  [`${anImage}\n---\na: 1`]:
    '2:1 This is not YAML. A second document begins here: a template is one document, without further "---".',
  '{"Resources": {"A": {"Type": Custom}}}': '1:30 This is not JSON. Unresolved plain scalar "Custom".',
  '{"Resources": {\n  "A": {"Type": "X"}\n': '3:1 This is not JSON. A map stays open: its "}" is missing.',
  'Resources:\n  A: &a {Type: X}\n  B: *a\n': [
    '3:6 CloudFormation does not support YAML aliases: write out the value of *a.',
    '3:6 Resource "B" must be a map.',
  ],
  'Resources:\n  A:\n    Type: X\n    Properties: {<<: {B: 1}}\n':
    '4:18 CloudFormation does not support YAML merge keys: write out the entries of <<.',
  'Resources:\n  ? [A]\n  : {Type: X}\n  B: {Type: X}': '2:5 A key must be a name, not a list, a map or nothing.',
};

const ofSections: Problems = {
  'Description: x': '1:1 The template needs a Resources section.',
  'Resources: {}': '1:1 Resources needs at least one resource.',
  'Resources: [A]': '1:12 Resources must be a map.',
  [`${anImage}\nOutput: {}`]: '2:1 A template has no "Output". Did you mean "Outputs"?',
  [`${anImage}\nGlobals: {}`]: '2:1 A template has no "Globals".',
  [`AWSTemplateFormatVersion: 2020-01-01\n${anImage}`]:
    '1:27 AWSTemplateFormatVersion must be "2010-09-09", the only version.',
  [`Transform: {Name: AWS::Include}\n${anImage}`]:
    '1:12 Transform AWS::Include is not simulated here; only AWS::Serverless-2016-10-31 and AWS::LanguageExtensions are read.',
  [`Parameters: {Image: {Type: String}}\n${anImage}`]:
    '2:13 "Image" is also the name of a parameter: rename one of the two.',
  [`Mappings: {M: {K: {N: {a: b}}}}\n${anImage}`]:
    '1:23 A value in a mapping must be a string or a list, not a function or a map.',
  [`Resources:\n${Array.from({ length: 501 }, (_, at) => `  R${at}: {Type: X}\n`).join('')}`]:
    '1:1 The template has 501 resources. CloudFormation allows 500.',
  [`Mappings: {M: {K: v}}\n${anImage}`]: '1:19 "K" in mapping "M" must be a map.',
  [`${anImage}\nOutputs: {O: {Valeu: x}}`]: [
    '2:11 Output "O" has no Value.',
    '2:15 An output has no "Valeu". Did you mean "Value"?',
  ],
  [`${anImage}\nOutputs: {O: {Value: x, Export: {}}}`]: '2:25 Export needs a Name.',
  [`${anImage}\nOutputs: {O: {Value: x, Export: {Name: !Ref Image}}}`]:
    '2:45 "Image" is a resource. CloudFormation needs the name of an export before it creates any resource.',
  [`${anImage}\nOutputs: {O: {Value: x, Condition: Dev}}`]: '2:36 Condition: there is no condition "Dev".',
};

const ofResources: Problems = {
  'A: {Properties: {}}': '2:3 Resource "A" has no Type.',
  'A: {Type: [X]}': '2:13 Type must be a string.',
  'my-image: {Type: X}': '2:3 The name of a resource may contain only letters and digits, unlike "my-image".',
  'A: {Type: X, DependOn: B}': '2:16 A resource has no "DependOn". Did you mean "DependsOn"?',
  'A: {Type: X, Properties: {P: [~], Q: {R: null}}}': [
    "2:33 'null' values are not allowed in templates.",
    "2:44 'null' values are not allowed in templates.",
  ],
  'A: {Type: X, Properties: [a]}': '2:28 Properties must be a map.',
  'A: {Type: X, DeletionPolicy: RETAIN}':
    '2:32 DeletionPolicy must be one of Delete, Retain, RetainExceptOnCreate, Snapshot, not "RETAIN". Did you mean "Retain"?',
  'A: {Type: X, UpdateReplacePolicy: RetainExceptOnCreate}':
    '2:37 UpdateReplacePolicy must be one of Delete, Retain, Snapshot, not "RetainExceptOnCreate".',
  'Previous: {Type: X}\n  A: {Type: X, DependsOn: [Previos]}':
    '3:28 DependsOn: there is no resource "Previos". Did you mean "Previous"?',
  'A: {Type: X, DependsOn: {B: c}}': '2:27 DependsOn takes the name of a resource, or a list of names.',
  'A: {Type: X, DependsOn: A}': '2:27 "A" refers to itself. Remove this reference.',
  'A: {Type: X, Properties: {B: !Ref A}}': '2:37 "A" refers to itself. Remove this reference.',
  'A: {Type: X, Condition: IsDev}': '2:27 Condition: there is no condition "IsDev".',
  'A: {Type: X, DependsOn: B}\n  B: {Type: X, Properties: {a: !Ref A}}':
    '2:3 Circular dependency between resources: A needs B needs A. Remove one of these references.',
  'In: {Type: X, DependsOn: A}\n  A: {Type: X, DependsOn: B}\n  B: {Type: X, DependsOn: [In2, C]}\n  C: {Type: X, DependsOn: A}\n  In2: {Type: X}\n  D: {Type: X, DependsOn: E}\n  E: {Type: X, DependsOn: D}':
    [
      '3:3 Circular dependency between resources: A needs B needs C needs A. Remove one of these references.',
      '7:3 Circular dependency between resources: D needs E needs D. Remove one of these references.',
    ],
};

/** The value of a property begins at 6:44. */
const ofValues: Problems = {
  '!Ref Imgae': '6:49 Ref: there is no parameter or resource "Imgae". Did you mean "Image"?',
  '!Ref AWS::Regoin': '6:49 Ref: there is no pseudo parameter "AWS::Regoin". Did you mean "AWS::Region"?',
  '!Ref [Image]': '6:49 Ref takes one name, of a parameter or a resource.',
  '{Ref: }': '6:50 Ref takes one name, of a parameter or a resource.',
  '!GetAtt Imag.Arn': '6:52 Fn::GetAtt: there is no resource "Imag". Did you mean "Image"?',
  '!GetAtt P.Arn': '6:52 Fn::GetAtt: "P" is a parameter, not a resource. Use Ref for a parameter\'s value.',
  '!GetAtt Image': '6:52 Fn::GetAtt takes two names, Resource.Attribute or [Resource, Attribute].',
  [`!Sub "arn:\${Nothing}:\${P}"`]: '6:54 Fn::Sub: there is no parameter or resource "Nothing".',
  [`!Sub "\${Imag.Arn}"`]: '6:50 Fn::Sub: there is no resource "Imag". Did you mean "Image"?',
  [`!Sub "\${Nothing}\${Nothing}"`]: '6:50 Fn::Sub: there is no parameter or resource "Nothing".',
  '!Sub "a\\u0024{Nothing}"': '6:49 Fn::Sub: there is no parameter or resource "Nothing".',
  [`!Sub "\${ P-1 }"`]: `6:50 Fn::Sub: a variable may contain only letters, digits, "_", "." and ":", unlike "\${P-1}". Write "\${!P-1}" for the text itself.`,
  [`!Sub "\${ P }\${ Nothing }"`]: '6:56 Fn::Sub: there is no parameter or resource "Nothing".',
  '!Sub [a]': '6:49 Fn::Sub takes a string, or a list of a string and a map of its variables.',
  [`\n    !Sub "one\n     \${Two}"`]: '8:6 Fn::Sub: there is no parameter or resource "Two".',
  '!Sub {a: b}': '6:49 Fn::Sub takes a string, or a list of a string and a map of its variables.',
  '!Sub [a, {}, b]': '6:49 Fn::Sub takes a string, or a list of a string and a map of its variables.',
  [`!Sub ["\${a}", {a: !Ref B}]`]: '6:67 Ref: there is no parameter or resource "B".',
  '!Join [",", a]': '6:50 Fn::Join takes a list of two: the text to put between, and the list to join.',
  '!Select [first, [a]]': '6:52 Fn::Select takes a list of two: an index from 0, and the list to select from.',
  '!Select [1, [a]]': '6:53 Fn::Select: there is no item 1 in a list of 1; the first is item 0.',
  '!Split ["", a]': '6:51 Fn::Split takes a list of two: the text to split at, and the text to split.',
  '!Base64 [a]': '6:52 Fn::Base64 takes one string.',
  '!ImportValue {Ref: Image}':
    '6:63 "Image" is a resource. CloudFormation evaluates Fn::ImportValue before it creates any resource.',
  '!FindInMap [N, Key, Name]': '6:56 Fn::FindInMap: there is no "N" in Mappings.',
  '!FindInMap [M, Kye, Name]': '6:59 Fn::FindInMap: there is no "Kye" in Mappings.M.',
  '!FindInMap [M, Key, Nam]': '6:64 Fn::FindInMap: there is no "Nam" in Mappings.M.Key. Did you mean "Name"?',
  '!FindInMap [M, Key]':
    '6:55 Fn::FindInMap takes a list: the map, its key, the name under that key, and possibly a map with DefaultValue.',
  '!FindInMap [M, Key, Name, {Default: x}]':
    '6:55 Fn::FindInMap takes a list: the map, its key, the name under that key, and possibly a map with DefaultValue.',
  '!FindInMap [M, Kye, Nam, {DefaultValue: !Ref Image}]':
    '6:89 "Image" is a resource. CloudFormation evaluates Fn::FindInMap before it creates any resource.',
  '!If [Dve, a, b]': '6:49 Fn::If: there is no condition "Dve".',
  '!If [Dev, a]':
    "6:48 Fn::If takes a list of three: a condition's name, the value if it holds, and the value if it does not.",
  '!If [Dev, a, [!Ref B]]': '6:63 Ref: there is no parameter or resource "B".',
  '!Equals [a, b]':
    '6:52 Fn::Equals is allowed only in the Conditions section: define a condition there and use Fn::If here.',
  '!Contains [[a], a]': '6:54 Fn::Contains is allowed only in the Rules section.',
  '!Cidr [a, 1, 8]': '6:50 Fn::Cidr is not simulated here.',
  '{Fn::Transform: {Name: Mine}}': '6:45 Fn::Transform (Mine) is not simulated here.',
  '{Fn::Jion: [a, b]}': '6:45 There is no function Fn::Jion. Did you mean "Fn::Join"?',
  '!Reff Image': '6:50 CloudFormation has no tag !Reff. Did you mean "!Ref"?',
  '!!binary Image': '6:53 CloudFormation has no tag !!binary.',
  '{Fn::Base64: a, b: c}': '6:45 Fn::Base64 must be the only key of its map: move it or the other keys.',
};

const ofConditions: Problems = {
  'yes please':
    '3:10 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.',
  '!Ref Stage':
    '3:15 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.',
  '{Fn::Equal: [a, b]}':
    '3:11 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition. Did you mean "Fn::Equals"?',
  '!Equals [a]': '3:18 Fn::Equals takes a list of two values.',
  '!And [!Equals [a, b]]': '3:15 Fn::And takes a list of 2 to 10 conditions.',
  '!Not [!Equals [a, b], !Equals [a, b]]': '3:15 Fn::Not takes a list of one condition.',
  '!Or [a, !Equals [a, b]]':
    '3:15 A condition must be a map whose only key is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Condition.',
  '!Not [!Condition IsPord]': '3:27 Condition: there is no condition "IsPord".',
  '!Equals [!Ref Image, a]':
    '3:24 "Image" is a resource. CloudFormation evaluates conditions before it creates any resource: use parameters.',
  '!Equals [!Join [",", [!Ref Image]], a]':
    '3:37 "Image" is a resource. CloudFormation evaluates conditions before it creates any resource: use parameters.',
  '!Not [!Condition IsProd]\n  IsProd: !Not [!Condition IsDev]':
    '3:3 Circular dependency between conditions: IsDev needs IsProd needs IsDev. Remove one of these references.',
  '!Not [!Condition IsDev]':
    '3:3 Circular dependency between conditions: IsDev needs IsDev. Remove one of these references.',
};

const ofParameters: Problems = {
  '{Default: a}': '2:3 Parameter "P" has no Type: one of String, Number, List<Number>, CommaDelimitedList.',
  '{Type: string}':
    '2:13 There is no parameter type string: use String, Number, List<Number>, CommaDelimitedList or one of AWS\'s own. Did you mean "String"?',
  '{Type: List<Text>}':
    "2:13 There is no parameter type List<Text>: use String, Number, List<Number>, CommaDelimitedList or one of AWS's own.",
  '{Type: String, MaxLenght: 3}': '2:21 A parameter has no "MaxLenght". Did you mean "MaxLength"?',
  '{Type: CommaDelimitedList, Default: [a, b]}': '2:42 Default must be a string; write a list with commas: "a,b".',
  '{Type: String, Default: ab, MinLength: 3}':
    "2:30 The Default does not fit: Parameter 'P' must contain at least 3 characters",
  '{Type: Number, Default: many}': "2:30 The Default does not fit: Parameter 'P' must be a number.",
  '{Type: Number, MinValue: few}': '2:31 MinValue must be a number, not "few".',
  '{Type: String, NoEcho: maybe}': '2:29 NoEcho must be true or false, not "maybe".',
  "{Type: String, AllowedPattern: '('}": '2:37 AllowedPattern is not a valid regular expression in JavaScript: (',
  '{Type: String, AllowedValues: a}': '2:36 AllowedValues must be a list of strings.',
};

describe('the problems of a template', () => check(ofTexts, (text) => text));
describe('the problems of a section', () => check(ofSections, (text) => text));
describe('the problems of a resource', () => check(ofResources, (resources) => `Resources:\n  ${resources}`));
describe('the problems of a condition', () => {
  check(
    ofConditions,
    (condition) => `Parameters: {Stage: {Type: String}}\nConditions:\n  IsDev: ${condition}\n${anImage}`,
  );
});
describe('the problems of a parameter', () =>
  check(ofParameters, (parameter) => `Parameters:\n  P: ${parameter}\n${anImage}`));
describe('the problems of a value', () => {
  check(
    ofValues,
    (value) => `Parameters: {P: {Type: String}}
Mappings: {M: {Key: {Name: v}}}
Conditions: {Dev: !Equals [a, a]}
Resources:
  Image: {Type: AWS::SageMaker::Image}
  R: {Type: Custom::R, Properties: {Value: ${value}}}`,
  );
});

function check(problems: Problems, templateWith: (part: string) => string): void {
  it.each(Object.entries(problems))('are reported: %j', (part, expected) => {
    const reported = problemsOf(templateWith(part));

    expect(reported.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([expected].flat());
  });
}
