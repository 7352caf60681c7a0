/**
 * Resolves the values of a template's parameters, as CloudFormation does before it changes any resource.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
import type { ParameterDeclaration, Scope, Template } from './template.ts';

/**
 * The value of every parameter: the given one, else its default. The value of a list type is a list of trimmed items.
 * Throws one Error with everything that is wrong, one sentence per line, in CloudFormation's words where they are known.
 */
export function resolveParameters(
  { Parameters }: Pick<Template, 'Parameters'>,
  given: Readonly<Record<string, string>>,
): Scope['parameters'] {
  const problems: string[] = [];
  const unknown = Object.keys(given).filter((name) => !Parameters.has(name));
  if (unknown.length > 0) problems.push(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = [...Parameters].filter(([name, { Default }]) => !Object.hasOwn(given, name) && Default === undefined);
  if (missing.length > 0) problems.push(`Parameters: [${missing.map(([name]) => name).join(', ')}] must have values`);

  const values: [string, string | readonly string[]][] = [];
  for (const [name, declaration] of Parameters) {
    const text = Object.hasOwn(given, name) ? given[name] : declaration.Default;
    if (text === undefined) continue;
    const value = parameterValue(text, declaration.Type);
    problems.push(...brokenConstraints(name, value, declaration));
    values.push([name, value]);
  }

  if (problems.length > 0) throw new Error(problems.join('\n'));
  return Object.fromEntries(values);
}

/** The value of a parameter's text: a list for CommaDelimitedList, List<Number> and List<AWS::…>. */
export function parameterValue(text: string, Type: string): string | readonly string[] {
  if (Type !== 'CommaDelimitedList' && !Type.startsWith('List<')) return text;
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

/** The constraints that a value, or an item of a list, breaks: each once, in CloudFormation's words. */
export function brokenConstraints(
  name: string,
  value: string | readonly string[],
  declaration: ParameterDeclaration,
): readonly string[] {
  const items = typeof value === 'string' ? [value] : value;
  const broken = [...new Set(items.map((item) => brokenConstraint(name, item, declaration)))];
  return broken.filter((problem) => problem !== undefined);
}

function brokenConstraint(name: string, text: string, declaration: ParameterDeclaration): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = declaration;
  if (isNumberType(Type) && !isNumeric(text)) return `Parameter '${name}' must be a number.`;
  const fails = (constraint: string) =>
    declaration.ConstraintDescription === undefined
      ? `Parameter '${name}' ${constraint}`
      : `Parameter ${name} failed to satisfy constraint: ${declaration.ConstraintDescription}`;
  if (AllowedValues !== undefined && !AllowedValues.includes(text)) return fails('must be one of AllowedValues');
  if (AllowedPattern !== undefined && !wholeMatch(AllowedPattern).test(text)) {
    return fails(`must match pattern ${AllowedPattern}`);
  }
  if (MinLength !== undefined && text.length < MinLength) return fails(`must contain at least ${MinLength} characters`);
  if (MaxLength !== undefined && text.length > MaxLength) return fails(`must contain at most ${MaxLength} characters`);
  if (MinValue !== undefined && Number(text) < MinValue) return fails(`must be a number not less than ${MinValue}`);
  if (MaxValue !== undefined && Number(text) > MaxValue) return fails(`must be a number not greater than ${MaxValue}`);
  return undefined;
}

function isNumberType(Type: string): boolean {
  return Type === 'Number' || Type === 'List<Number>';
}

/** An AllowedPattern must match the whole value. The flag `u` would refuse patterns that Java allows: `[\w-_]`. */
export function wholeMatch(AllowedPattern: string): RegExp {
  return new RegExp(`^(?:${AllowedPattern})$`);
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
