/**
 * Reads the Parameters section, and resolves parameters as CloudFormation does before it changes a resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
import { ownEntry } from '../json.ts';
import { didYouMean } from './nearest-name.ts';
import { adviceFor, findStored, type StoredValues } from './stored-values.ts';
import {
  type AttributeReaders,
  type Entry,
  entryOf,
  itemsOf,
  type Report,
  readAttributes,
  readMap,
  readNamedEntries,
  readText,
  scalarTextOf,
} from './syntax-tree.ts';
import type { ParameterDeclaration, Scope, Template } from './template.ts';

export function readParameters(section: Entry, report: Report): ReadonlyMap<string, ParameterDeclaration> {
  const entries = readNamedEntries(section, 'parameter', report);
  return new Map(entries.map((entry) => [entry.key, readParameter(entry, report)]));
}

function readParameter(entry: Entry, report: Report): ParameterDeclaration {
  const { key, value } = entry;
  const entries = readMap(entry, 'A parameter', report);
  const declaration = { Type: '', ...readAttributes(entries, 'A parameter', readers, report) };
  const { Default } = declaration;
  if (value.kind === 'map' && entryOf(value, 'Type') === undefined) {
    report(entry, `Parameter "${key}" has no Type: one of ${types.join(', ')}.`);
  }
  const problems = Default === undefined ? [] : brokenConstraints(key, Default, declaration);
  for (const problem of problems) {
    report(entryOf(value, 'Default')?.value ?? entry, `The Default does not fit: ${problem}`);
  }
  return declaration;
}

const types = ['String', 'Number', 'List<Number>', 'CommaDelimitedList'];

const readers: AttributeReaders<Required<ParameterDeclaration>> = {
  Type(entry, report) {
    const text = readText(entry, report);
    if (text === undefined || text === '' || types.includes(text)) return text;
    const inner = innerTypeOfStored(text) ?? text;
    if (!types.includes(inner) && !/^(AWS::\w+::[\w:]+|List<(AWS::\w+::[\w:]+|String)>)$/.test(inner)) {
      const advice = `use ${types.join(', ')} or one of AWS's own.${didYouMean(text, types)}`;
      report(entry.value, `There is no parameter type ${text}: ${advice}`);
    }
    return text;
  },
  Default({ value }, report) {
    const text = scalarTextOf(value);
    if (text === undefined) report(value, 'Default must be a string; write a list with commas: "a,b".');
    return text;
  },
  AllowedValues({ value }, report) {
    const texts = itemsOf(value).map(scalarTextOf);
    const values = texts.filter((text) => text !== undefined);
    if (values.length > 0 && values.length === texts.length) return values;
    report(value, 'AllowedValues must be a list of strings.');
    return undefined;
  },
  AllowedPattern(entry, report) {
    const pattern = readText(entry, report);
    try {
      wholeMatch(pattern ?? '');
      return pattern;
    } catch {
      // CloudFormation uses Java's syntax. A pattern that JavaScript cannot compile is rare, and usually wrong.
      report(entry.value, `AllowedPattern is not a valid regular expression in JavaScript: ${pattern}`);
      return undefined;
    }
  },
  ConstraintDescription: readText,
  MinLength: readNumber,
  MaxLength: readNumber,
  MinValue: readNumber,
  MaxValue: readNumber,
  NoEcho(entry, report) {
    const text = readText(entry, report);
    if (text === undefined) return undefined;
    if (!/^(true|false)$/i.test(text)) report(entry.value, `NoEcho must be true or false, not "${text}".`);
    return text.toLowerCase() === 'true';
  },
  Description: readText,
};

function readNumber(entry: Entry, report: Report): number | undefined {
  const text = readText(entry, report);
  if (text === undefined) return undefined;
  if (Number.isFinite(numberOf(text))) return Number(text);
  report(entry.value, `${entry.key} must be a number, not "${text}".`);
  return undefined;
}

/** The type of the value in SSM's Parameter Store that a parameter names; undefined if the parameter has its own value. */
export function innerTypeOfStored(Type: string): string | undefined {
  return /^AWS::SSM::Parameter::Value<(.*)>$/.exec(Type)?.[1];
}

/**
 * The value of every parameter: the given one, else its default. A list type gives trimmed items, and a stored type what
 * the parameter names. Throws one Error with a sentence per line for everything wrong, in CloudFormation's words.
 */
export function resolveParameters(
  { Parameters }: Pick<Template, 'Parameters'>,
  given: Readonly<Record<string, string>>,
  storedValues: StoredValues = {},
): Scope['parameters'] {
  const problems: string[] = [];
  const notFound: string[] = [];
  const unknown = Object.keys(given).filter((name) => !Parameters.has(name));
  if (unknown.length > 0) problems.push(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = [...Parameters].filter(([name, { Default }]) => !Object.hasOwn(given, name) && Default === undefined);
  if (missing.length > 0) problems.push(`Parameters: [${missing.map(([name]) => name).join(', ')}] must have values`);

  const values: [string, string | readonly string[]][] = [];
  for (const [name, declaration] of Parameters) {
    const text = ownEntry(given, name) ?? declaration.Default;
    if (text === undefined) continue;
    const inner = innerTypeOfStored(declaration.Type);
    const stored = inner === undefined ? text : findStored(`ssm:${text}`, storedValues);
    if (stored === undefined) notFound.push(text);
    problems.push(...brokenConstraints(name, text, declaration));
    values.push([name, parameterValue(stored ?? '', inner ?? declaration.Type)]);
  }
  const problem = `Unable to fetch parameters [${notFound.join(', ')}] from parameter store for this account.`;
  if (notFound.length > 0) problems.push(`${problem} ${adviceFor(notFound.map((name) => `ssm:${name}`))}`);

  if (problems.length > 0) throw new Error(problems.join('\n'));
  return Object.fromEntries(values);
}

/** What a parameter of this type gives to Ref. */
export function parameterValue(text: string, Type: string): string | readonly string[] {
  if (Type !== 'CommaDelimitedList' && !Type.startsWith('List<')) return text;
  return text.split(',').map((item) => item.trim());
}

/** The constraints that a value, or an item of a list, breaks: each once, in CloudFormation's words. */
function brokenConstraints(name: string, text: string, declaration: ParameterDeclaration): readonly string[] {
  const items = [parameterValue(text, declaration.Type)].flat();
  return [...new Set(items.flatMap((item) => brokenConstraint(name, item, declaration) ?? []))];
}

function brokenConstraint(name: string, text: string, declaration: ParameterDeclaration): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = declaration;
  const isNumber = Type === 'Number' || Type === 'List<Number>';
  if (isNumber && !Number.isFinite(numberOf(text))) return `Parameter '${name}' must be a number.`;
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

/** An AllowedPattern must match the whole value. The flag `u` would refuse patterns that Java allows: `[\w-_]`. */
function wholeMatch(AllowedPattern: string): RegExp {
  return new RegExp(`^(?:${AllowedPattern})$`);
}

/** NaN for an empty text, which Number takes for 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
