import fc from 'fast-check';
import { resolveParameters } from '../../../sandbox/template/parameters.ts';
import type { ParameterDeclaration } from '../../../sandbox/template/template.ts';

function declared(declarations: Record<string, ParameterDeclaration>) {
  return { Parameters: new Map(Object.entries(declarations)) };
}

describe('resolveParameters', () => {
  it('prefers a given value to the default', () => {
    const template = declared({
      A: { Type: 'String', Default: 'one' },
      B: { Type: 'String', Default: 'two' },
      C: { Type: 'AWS::EC2::Subnet::Id' },
    });

    const values = resolveParameters(template, { A: '', C: 'subnet-1' });

    expect(values).toEqual({ A: '', B: 'two', C: 'subnet-1' });
  });

  it.each([
    ['CommaDelimitedList', ' a, b ,,c', ['a', 'b', '', 'c']],
    ['List<Number>', '1,2.5', ['1', '2.5']],
    ['List<AWS::EC2::Subnet::Id>', 'subnet-1', ['subnet-1']],
    ['List<String>', 'a, b', ['a', 'b']],
    ['CommaDelimitedList', '', ['']],
    ['Number', '010', '010'],
  ])('reads a %s from "%s"', (Type, text, expected) => {
    const values = resolveParameters(declared({ P: { Type } }), { P: text });

    expect(values).toEqual({ P: expected });
  });

  it.each([
    ['String', '/size', '7'],
    ['String', '/size:2', '7'],
    ['String', '/size:3', 'three'],
    ['List<String>', '/names', ['a', 'b']],
    ['AWS::EC2::Image::Id', '/names', 'a, b'],
  ])('looks up the AWS::SSM::Parameter::Value<%s> %s', (inner, name, expected) => {
    const template = declared({ P: { Type: `AWS::SSM::Parameter::Value<${inner}>`, Default: name } });
    const stored = { 'ssm:/size': '7', 'ssm:/size:3': 'three', 'ssm:/names': 'a, b' };

    expect(resolveParameters(template, {}, stored)).toEqual({ P: expected });
    expect(resolveParameters(template, { P: '/size' }, stored)).toEqual({ P: inner === 'List<String>' ? ['7'] : '7' });
  });

  it('names every SSM parameter that is not stored, and how to give them', () => {
    const Type = 'AWS::SSM::Parameter::Value<String>';
    const template = declared({ A: { Type, Default: '/a' }, B: { Type }, C: { Type, Default: '/c' } });

    const resolving = () => resolveParameters(template, { B: 'b:1' }, { 'ssm:/c': 'here' });

    expect(resolving).toThrow(
      new Error(
        'Unable to fetch parameters [/a, b:1] from parameter store for this account. ' +
          "Give the sandbox the value: --ssm '/a=VALUE' --ssm 'b:1=VALUE'",
      ),
    );
  });

  it.each<[Omit<ParameterDeclaration, 'Type'> & { Type?: string }, string, string]>([
    [{ AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
    [{ AllowedPattern: '[a-z]+' }, 'abc1', "Parameter 'P' must match pattern [a-z]+"],
    [{ AllowedPattern: 'a|b' }, 'ab', "Parameter 'P' must match pattern a|b"],
    [{ MinLength: 3 }, 'ab', "Parameter 'P' must contain at least 3 characters"],
    [{ MaxLength: 1 }, 'ab', "Parameter 'P' must contain at most 1 characters"],
    [{ Type: 'Number' }, 'ab', "Parameter 'P' must be a number."],
    [{ Type: 'Number' }, '', "Parameter 'P' must be a number."],
    [{ Type: 'List<Number>' }, '1,b,c', "Parameter 'P' must be a number."],
    [{ Type: 'Number', MinValue: 2 }, '1.9', "Parameter 'P' must be a number not less than 2"],
    [{ Type: 'Number', MaxValue: 2 }, '10', "Parameter 'P' must be a number not greater than 2"],
    [{ Type: 'CommaDelimitedList', AllowedPattern: '[a-z]+' }, '', "Parameter 'P' must match pattern [a-z]+"],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a'] }, 'a,b', "Parameter 'P' must be one of AllowedValues"],
    [
      { AllowedPattern: '[a-z]+', ConstraintDescription: 'lower case' },
      'A',
      'Parameter P failed to satisfy constraint: lower case',
    ],
  ])('refuses with %j the value "%s"', (constraints, text, message) => {
    const resolving = () => resolveParameters(declared({ P: { Type: 'String', ...constraints } }), { P: text });

    expect(resolving).toThrow(new Error(message));
  });

  it('reports everything that is wrong at once', () => {
    const template = declared({
      A: { Type: 'String' },
      B: { Type: 'String' },
      C: { Type: 'Number' },
      D: { Type: 'String', MinLength: 1 },
    });

    const resolving = () => resolveParameters(template, { C: 'many', D: '', E: 'x', toString: 'y' });

    expect(resolving).toThrow(
      new Error(`Parameters: [E, toString] do not exist in the template
Parameters: [A, B] must have values
Parameter 'C' must be a number.
Parameter 'D' must contain at least 1 characters`),
    );
  });

  it('does not change any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const values = resolveParameters(declared({ P: { Type: 'String' } }), { P: text });

        expect(values).toEqual({ P: text });
      }),
    );
  });
});
