import fc from 'fast-check';
import type { Json } from '../../../sandbox/json.ts';
import { evaluate, isWanted } from '../../../sandbox/template/evaluate.ts';
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { aScope } from './template-source.ts';

const template = parseTemplate(
  `Parameters:
  Stage: {Type: String}
  Names: {Type: CommaDelimitedList}
Mappings:
  Accounts: {'111122223333': {Name: dev, Regions: [eu-west-1, eu-west-2], Tags: [{Key: a, Value: b}]}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Equals [prod, !Ref Stage]
  IsOther: !Not [!Or [!Condition IsDev, !Condition IsProd]]
  IsDevHere: !And [!Condition IsDev, !Equals [!Ref AWS::Region, eu-west-1]]
  AreTwo: !Equals [!Ref Names, [a, b]]
  AreAlike: !Equals [1, '1']
Resources: {Image: {Type: AWS::SageMaker::Image}}`,
  'template.yaml',
);
const scope = aScope({ Stage: 'dev', Names: ['a', 'b'] });

describe('evaluate', () => {
  it.each<[Json, Json | undefined]>([
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'Names' }, ['a', 'b']],
    [{ Ref: 'Image' }, 'ref-Image'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'AWS::NotificationARNs' }, []],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, true] }, { b: [1, true] }],
    [{ 'Fn::GetAtt': ['Image', 'ImageArn'] }, 'Image-ImageArn'],
    [{ 'Fn::GetAtt': ['Image', { Ref: 'Stage' }] }, 'Image-dev'],
    [
      { 'Fn::Sub': `\${Stage}-\${AWS::Region}-\${Image}-\${Image.A.B}-\${!Stage}-$x` },
      `dev-eu-west-1-ref-Image-Image-A.B-\${Stage}-$x`,
    ],
    [
      { 'Fn::Sub': [`\${Stage}\${n}\${Region.Name}`, { Stage: 'mine', n: 4, 'Region.Name': { Ref: 'AWS::Region' } }] },
      'mine4eu-west-1',
    ],
    [{ 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Stage' }, { Ref: 'AWS::NoValue' }]] }, 'a-1-true-dev'],
    [{ 'Fn::Join': ['', { Ref: 'Names' }] }, 'ab'],
    [{ 'Fn::Select': ['1', { Ref: 'Names' }] }, 'b'],
    [{ 'Fn::Select': [0, { 'Fn::Split': ['/', 'x/y'] }] }, 'x'],
    [{ 'Fn::Split': [',', 'a,,b'] }, ['a', '', 'b']],
    [{ 'Fn::FindInMap': ['Accounts', { Ref: 'AWS::AccountId' }, 'Regions'] }, ['eu-west-1', 'eu-west-2']],
    [{ 'Fn::FindInMap': ['Accounts', '111122223333', 'Tags'] }, [{ Key: 'a', Value: 'b' }]],
    [{ 'Fn::FindInMap': ['Accounts', '111122223333', 'Name', { DefaultValue: 'x' }] }, 'dev'],
    [{ 'Fn::FindInMap': ['Accounts', '1', 'Name', { DefaultValue: { Ref: 'Stage' } }] }, 'dev'],
    [{ a: { 'Fn::FindInMap': ['None', '1', 'Name', { DefaultValue: { Ref: 'AWS::NoValue' } }] } }, {}],
    [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::GetAZs': { Ref: 'AWS::Region' } }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::GetAZs': 'us-east-1' }, []],
    [{ 'Fn::Length': { Ref: 'Names' } }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Names' }, b: [1, true] } }, '{"a":["a","b"],"b":[1,true]}'],
    [{ 'Fn::Sub': [`\${ Stage }-\${ mine }-\${ !Stage}`, { mine: 'x' }] }, `dev-x-\${Stage}`],
    [{ 'Fn::If': ['IsDev', 'yes', { Ref: 'Nowhere' }] }, 'yes'],
    [{ 'Fn::If': ['IsProd', 'prod', { 'Fn::If': ['IsDev', 'dev', 'other'] }] }, 'dev'],
    [{ a: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    [{ 'Fn::ImportValue': { 'Fn::Sub': `\${Stage}-token` } }, 'import-dev-token'],
    [{ 'Fn::Base64': 'ü' }, 'w7w='],
    [
      { Ref: 'main', Repository: 'data' },
      { Ref: 'main', Repository: 'data' },
    ],
    [{ Condition: 'IsDev' }, { Condition: 'IsDev' }],
  ])('evaluates %j to %j', (value, expected) => {
    const data = evaluate(value, template, scope);

    expect(data).toStrictEqual(expected);
  });

  it.each<[Json, string]>([
    [{ Ref: ['a'] }, 'every Ref object must have a single String value.'],
    [
      { 'Fn::GetAtt': ['Image', ''] },
      'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    ],
    [{ 'Fn::Sub': `\${Names}` }, `Fn::Sub expression does not resolve to a string: \${Names}`],
    [
      { 'Fn::Sub': ['a', 'b'] },
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    ],
    [
      { 'Fn::Join': [',', { Ref: 'Stage' }] },
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    ],
    [
      { 'Fn::Join': [',', [{ a: 1 }]] },
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    ],
    [{ 'Fn::Select': [2, { Ref: 'Names' }] }, 'Fn::Select cannot select nonexistent value at index 2'],
    [
      { 'Fn::Select': [{ Ref: 'Stage' }, ['a']] },
      'Fn::Select requires a list argument with two elements: an integer index and a list',
    ],
    [
      { 'Fn::Split': [',', { Ref: 'Names' }] },
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    ],
    [{ 'Fn::FindInMap': ['Accounts', { Ref: 'Stage' }, 'Name'] }, 'Unable to get mapping for Accounts::dev::Name'],
    [
      { 'Fn::FindInMap': [{ Ref: 'Stage' }, 'a', 'b'] },
      "Mapping named 'dev' is not present in the 'Mappings' section of template.",
    ],
    [
      { 'Fn::FindInMap': ['Accounts', '111122223333', 'toString'] },
      'Unable to get mapping for Accounts::111122223333::toString',
    ],
    [
      { 'Fn::FindInMap': ['Accounts', 'a'] },
      'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    ],
    [{ 'Fn::If': ['IsDev', 'a'] }, 'Fn::If requires a list argument with three elements'],
    [{ 'Fn::If': ['Is', 'a', 'b'] }, 'unresolved condition dependency Is'],
    [
      { 'Fn::ImportValue': { Ref: 'Names' } },
      'the attribute in Fn::ImportValue must be a string or a function that returns a string',
    ],
    [{ 'Fn::GetAZs': { Ref: 'Names' } }, 'every Fn::GetAZs object must have a String-typed value.'],
    [{ 'Fn::Length': { Ref: 'Stage' } }, 'every Fn::Length object requires a list'],
    [{ 'Fn::Base64': { Ref: 'AWS::NoValue' } }, 'every Fn::Base64 object must have a String-typed value.'],
    [{ 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }, 'Fn::Cidr is not simulated here'],
  ])('refuses %j with CloudFormation’s error', (value, message) => {
    const evaluating = () => evaluate(value, template, scope);

    expect(evaluating).toThrow(new Error(`Template error: ${message}`));
  });

  it('throws what the scope throws', () => {
    const failing = {
      ...scope,
      importValue: (name: string): string => {
        throw new Error(`No export named ${name} found.`);
      },
    };

    const evaluating = () => evaluate({ a: [{ 'Fn::ImportValue': 'token' }] }, template, failing);

    expect(evaluating).toThrow(new Error('No export named token found.'));
  });

  it('leaves data without functions as it is', () => {
    const data = fc.jsonValue().filter((value) => !/"(Ref|Fn::[^"]*)":/.test(JSON.stringify(value)));

    // -0 is 0 in JSON.
    fc.assert(fc.property(data, (value) => expect(evaluate(asJson(value), template, scope)).toEqual(asJson(value))));
  });

  it('joins the parts of a split text to the same text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (delimiter, text) => {
        const joined = evaluate({ 'Fn::Join': [delimiter, { 'Fn::Split': [delimiter, text] }] }, template, scope);

        expect(joined).toBe(text);
      }),
    );
  });

  it('gives back any text that is escaped in Fn::Sub', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        // A `${` without a closing brace is not a variable and needs no escape.
        const escaped = text.replaceAll(/\$\{([^}]*\})/g, `\${!$1`);

        expect(evaluate({ 'Fn::Sub': escaped }, template, scope)).toBe(text);
      }),
      { examples: [['${']] },
    );
  });
});

describe('isWanted', () => {
  it.each([
    ['dev', 'eu-west-1', ['IsDev', 'IsDevHere', 'AreTwo', 'AreAlike']],
    ['prod', 'eu-west-1', ['IsProd', 'AreTwo', 'AreAlike']],
    ['Dev', 'eu-west-1', ['IsOther', 'AreTwo', 'AreAlike']],
    ['dev', 'eu-west-2', ['IsDev', 'AreTwo', 'AreAlike']],
  ])('evaluates the conditions in stage %s of %s', (Stage, Region, expected) => {
    const { pseudoParameters, ...others } = aScope({ Stage, Names: ['a', 'b'] });
    const there = { ...others, pseudoParameters: { ...pseudoParameters, 'AWS::Region': Region } };

    const wanted = [...template.Conditions.keys()].filter((name) => isWanted(name, template, there));

    expect(wanted).toEqual(expected);
  });

  it('wants a resource without a condition', () => {
    expect(isWanted(undefined, template, scope)).toBe(true);
  });

  it('refuses to compare a list with a text', () => {
    const mixed = parseTemplate(
      `Parameters: {Names: {Type: CommaDelimitedList}}
Conditions: {HasNames: !Not [!Equals [!Ref Names, '']]}
Resources: {A: {Type: Custom::A}}`,
      'template.yaml',
    );

    expect(() => isWanted('HasNames', mixed, scope)).toThrow(
      new Error('Template error: every Fn::Equals object requires a list of 2 string parameters.'),
    );
  });

  it('evaluates each of many nested conditions once', () => {
    const floors = Array.from({ length: 40 }, (_, at) => `  C${at + 1}: !And [!Condition C${at}, !Condition C${at}]`);
    const tower = parseTemplate(
      `Conditions:\n  C0: !Equals [a, a]\n${floors.join('\n')}\nResources: {A: {Type: Custom::A}}`,
      'tower.yaml',
    );

    const wanted = isWanted('C40', tower, scope);

    expect(wanted).toBe(true);
  });
});

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
