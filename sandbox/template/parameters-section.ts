/**
 * Reads the Parameters section.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
import { didYouMean } from './nearest-name.ts';
import { brokenConstraints, parameterValue, wholeMatch } from './parameters.ts';
import { checkKeys, optional, readMap, readNamedEntries, readText } from './shape.ts';
import { type Entry, entryOf, type Node, type Report, scalarTextOf } from './syntax-tree.ts';
import type { ParameterDeclaration } from './template.ts';

export function readParameters(section: Entry | undefined, report: Report): ReadonlyMap<string, ParameterDeclaration> {
  const entries = readNamedEntries(section, 'parameter', report);
  return new Map(entries.map((entry) => [entry.key, readParameter(entry, report)]));
}

const attributes = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'NoEcho',
  'Description',
];

function readParameter(entry: Entry, report: Report): ParameterDeclaration {
  checkKeys(readMap(entry, 'A parameter', report), attributes, 'A parameter', report);
  const { value: node } = entry;
  const declaration: ParameterDeclaration = {
    Type: readType(entry, report),
    ...optional('Default', readDefault(node, report)),
    ...optional('AllowedValues', readAllowedValues(node, report)),
    ...optional('AllowedPattern', readAllowedPattern(node, report)),
    ...optional('ConstraintDescription', readText(node, 'ConstraintDescription', report)),
    ...optional('MinLength', readNumber(node, 'MinLength', report)),
    ...optional('MaxLength', readNumber(node, 'MaxLength', report)),
    ...optional('MinValue', readNumber(node, 'MinValue', report)),
    ...optional('MaxValue', readNumber(node, 'MaxValue', report)),
    ...optional('NoEcho', readBoolean(node, 'NoEcho', report)),
    ...optional('Description', readText(node, 'Description', report)),
  };
  checkDefault(entry, declaration, report);
  return declaration;
}

const types = ['String', 'Number', 'List<Number>', 'CommaDelimitedList'];

function readType({ key, value, ...at }: Entry, report: Report): string {
  const type = entryOf(value, 'Type');
  if (value.kind === 'map' && type === undefined) {
    report(at, `Parameter "${key}" has no Type: one of ${types.join(', ')}.`);
  }
  const text = readText(value, 'Type', report) ?? '';
  if (type === undefined || text === '' || types.includes(text)) return text;
  if (/^AWS::SSM::Parameter::Value</.test(text)) {
    report(type.value, `${text} is not simulated here: make "${key}" a String and give its value.`);
  } else if (!/^(AWS::\w+::[\w:]+|List<AWS::\w+::[\w:]+>)$/.test(text)) {
    report(
      type.value,
      `There is no parameter type ${text}: use ${types.join(', ')} or one of AWS's own.${didYouMean(text, types)}`,
    );
  }
  return text;
}

function readDefault(node: Node, report: Report): string | undefined {
  const entry = entryOf(node, 'Default');
  if (entry === undefined) return undefined;
  const text = scalarTextOf(entry.value);
  if (text === undefined) report(entry.value, 'Default must be a text; write a list with commas: "a,b".');
  return text;
}

function readAllowedValues(node: Node, report: Report): readonly string[] | undefined {
  const entry = entryOf(node, 'AllowedValues');
  if (entry === undefined) return undefined;
  const texts = entry.value.kind === 'list' ? entry.value.items.map(scalarTextOf) : [];
  const values = texts.filter((text) => text !== undefined);
  if (values.length === 0 || values.length < texts.length) {
    report(entry.value, 'AllowedValues must be a list of texts.');
    return undefined;
  }
  return values;
}

function readAllowedPattern(node: Node, report: Report): string | undefined {
  const entry = entryOf(node, 'AllowedPattern');
  const pattern = readText(node, 'AllowedPattern', report);
  if (entry === undefined || pattern === undefined) return undefined;
  try {
    wholeMatch(pattern);
    return pattern;
  } catch {
    // CloudFormation uses Java's syntax. A pattern that JavaScript cannot compile is rare, and usually wrong.
    report(entry.value, `AllowedPattern is not a valid regular expression in JavaScript: ${pattern}`);
    return undefined;
  }
}

function readNumber(node: Node, key: string, report: Report): number | undefined {
  const entry = entryOf(node, key);
  const text = readText(node, key, report);
  if (entry === undefined || text === undefined) return undefined;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  report(entry.value, `${key} must be a number, not "${text}".`);
  return undefined;
}

function readBoolean(node: Node, key: string, report: Report): boolean | undefined {
  const entry = entryOf(node, key);
  const text = readText(node, key, report);
  if (entry === undefined || text === undefined) return undefined;
  if (!/^(true|false)$/i.test(text)) report(entry.value, `${key} must be true or false, not "${text}".`);
  return text.toLowerCase() === 'true';
}

function checkDefault({ key, value }: Entry, declaration: ParameterDeclaration, report: Report): void {
  const entry = entryOf(value, 'Default');
  const { Default, Type } = declaration;
  if (entry === undefined || Default === undefined) return;
  for (const problem of brokenConstraints(key, parameterValue(Default, Type), declaration)) {
    report(entry.value, `The Default does not fit: ${problem}`);
  }
}
