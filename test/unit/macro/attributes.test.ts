import { attributes as provided } from '../../../src/image-version/attributes.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import { attributes, missingAttributes } from '../../../src/macro/attributes.ts';
import { imageVersion, resourceProperties } from '../../support/provider/builders.ts';

const logicalIds = new Set(['Stable']);
const found = (value: object) => missingAttributes({ Outputs: { Number: { Value: { ...value } } } }, logicalIds);

describe('missingAttributes', () => {
  it.each([
    ['a list', { 'Fn::GetAtt': ['Stable', 'Status'] }],
    ['one text', { 'Fn::GetAtt': 'Stable.Status' }],
    ['Fn::Sub', { 'Fn::Sub': `\${AWS::Region} \${ Stable.Status } \${Stable.Version}` }],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${Stable.Status} \${Other}`, { Other: 'x' }] }],
    ['a variable of Fn::Sub', { 'Fn::Sub': [`\${Other}`, { Other: { 'Fn::GetAtt': ['Stable', 'Status'] } }] }],
  ])('finds it in %s', (_where, value) => {
    expect(found(value)).toEqual(['Outputs.Number: Stable has no attribute Status']);
  });

  it.each([
    ['an attribute that there is', { 'Fn::GetAtt': ['Stable', 'ContainerImage'] }],
    ['a resource of another type', { 'Fn::GetAtt': ['Image', 'Status'] }],
    ['a computed attribute', { 'Fn::GetAtt': ['Stable', { Ref: 'Which' }] }],
    ['a variable of that name', { 'Fn::Sub': [`\${Stable.Status}`, { 'Stable.Status': 'fine' }] }],
    ['literal text', { 'Fn::Sub': `\${!Stable.Status}` }],
    ['plain data', { Status: ['Stable.Status'] }],
  ])('lets %s be', (_what, value) => {
    expect(found(value)).toEqual([]);
  });
});

describe('attributes', () => {
  it('are those that the provider answers with', () => {
    const answered = provided(imageVersion(), readProperties(resourceProperties()));

    expect(Object.keys(answered).toSorted()).toEqual(attributes.toSorted());
  });
});
