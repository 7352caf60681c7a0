import { attributeReferences } from '../../../src/macro/template.ts';

const found = (value: object) => attributeReferences({ Outputs: { Number: { Value: { ...value } } } });
const reference = (attribute: string) => ({ where: 'Outputs.Number', logicalId: 'Stable', attribute });

describe('attributeReferences', () => {
  it.each([
    ['a list', { 'Fn::GetAtt': ['Stable', 'Status'] }, ['Status']],
    ['a string', { 'Fn::GetAtt': 'Stable.Status' }, ['Status']],
    ['the outputs of a nested stack', { 'Fn::GetAtt': ['Stable', 'Outputs.Arn'] }, ['Outputs.Arn']],
    ['Fn::Sub', { 'Fn::Sub': `\${AWS::Region} \${ Stable.Status } \${Stable.Version}` }, ['Status', 'Version']],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${Stable.Status} \${Other}`, { Other: 'x' }] }, ['Status']],
    ['a variable of Fn::Sub', { 'Fn::Sub': [`\${Other}`, { Other: { 'Fn::GetAtt': 'Stable.Status' } }] }, ['Status']],
  ])('finds those in %s', (_where, value, attributes) => {
    expect(found(value)).toEqual(attributes.map(reference));
  });

  it.each([
    ['a computed attribute', { 'Fn::GetAtt': ['Stable', { Ref: 'Which' }] }],
    ['a variable of that name', { 'Fn::Sub': [`\${Stable.Status}`, { 'Stable.Status': 'fine' }] }],
    ['literal text', { 'Fn::Sub': `\${!Stable.Status}` }],
    ['plain data', { Status: ['Stable.Status'] }],
    ['a reference to the resource itself', { Ref: 'Stable' }],
  ])('does not find %s', (_what, value) => {
    expect(found(value)).toEqual([]);
  });

  it('reads a text once, whatever is in it', () => {
    const text = `\${a`.repeat(300_000).concat(`\${Stable.Status}`);

    expect(found({ 'Fn::Sub': text })).toEqual([reference('Status')]);
  });

  it('names the property that contains the reference, or else the resource', () => {
    const references = attributeReferences({
      Resources: {
        A: { Properties: { Deep: { Er: [{ 'Fn::GetAtt': 'Stable.X' }] } }, Metadata: { 'Fn::GetAtt': 'Stable.Y' } },
      },
    });

    expect(references.map(({ where, attribute }) => [where, attribute])).toEqual([
      ['A.Deep', 'X'],
      ['A', 'Y'],
    ]);
  });
});
