/**
 * Parses a template of CloudFormation or SAM, in YAML or JSON. It reports every problem that the template has by itself,
 * all at once and each with its place. It does not check the properties that a resource type requires.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import { LineCounter } from 'yaml';
import { gatherNames, type ReadContext } from './check-value.ts';
import { readParameters } from './parameters.ts';
import { readYaml } from './read-yaml.ts';
import { ignore, readConditions, readMappings, readOutputs, readResources, readRules } from './sections.ts';
import { generatedResources, serverlessTransform, withGlobals } from './serverless.ts';
import {
  type Entry,
  entryOf,
  type MapNode,
  plain,
  type Report,
  readAttributes,
  readText,
  scalarTextOf,
} from './syntax-tree.ts';
import { type AttributeReference, type Problem, type Template, TemplateError } from './template.ts';

/** The template in `text`. `fileName` appears in messages. Throws a TemplateError with every problem. */
export function parseTemplate(text: string, fileName: string): Template {
  const { template, problems } = parse(text, fileName);
  if (template === undefined || problems.length > 0) throw new TemplateError(fileName, problems);
  return template;
}

/** The readable part of a template, and all its problems. It is undefined if the text is no map of sections. */
export function parse(text: string, fileName: string) {
  const lineCounter = new LineCounter();
  const problems: Problem[] = [];
  const faults: number[] = [];
  const placeOf: ReadContext['placeOf'] = ({ start }) => {
    const { line, col } = lineCounter.linePos(start);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report: Report = (at, message) => {
    problems.push({ ...placeOf(at), message });
    faults.push(at.start);
  };
  const isFaulty: ReadContext['isFaulty'] = ({ start, end }) =>
    faults.some((fault) => start <= fault && fault < Math.max(end, start + 1));

  const written = readYaml(text, lineCounter, report);
  if (written?.kind !== 'map') {
    if (written !== undefined) report(written, 'A template must be a map of sections and needs a Resources section.');
    return { template: undefined, problems };
  }
  const root = withGlobals(written);
  const attributeReferences: AttributeReference[] = [];
  const context = { names: gatherNames(root), report, placeOf, isFaulty, attributeReferences };
  return { template: { fileName, ...readSections(root, context), attributeReferences }, problems };
}

function readSections(root: MapNode, context: ReadContext): Omit<Template, 'fileName' | 'attributeReferences'> {
  const { names, report } = context;
  if (entryOf(root, 'Resources') === undefined) report(root, 'The template needs a Resources section.');
  const readers = {
    AWSTemplateFormatVersion: checkVersion,
    Description: readText,
    Metadata: ignore,
    Parameters: readParameters,
    Rules: (section: Entry) => readRules(section, context),
    Mappings: (section: Entry) => readMappings(section, context),
    Conditions: (section: Entry) => readConditions(section, context),
    Transform: readMacros,
    Resources: (section: Entry) => readResources(section, context),
    Outputs: (section: Entry) => readOutputs(section, context),
    ...(names.serverless && { Globals: ignore }),
  };
  const read = readAttributes(root.entries, 'A template', readers, report);
  const { Transform: macros = [], Resources = new Map(), ...sections } = read;
  const generated = names.serverless ? generatedResources(root, names.serverless.referred, Resources) : [];
  return {
    ...{ Parameters: new Map(), Mappings: {}, Conditions: new Map(), Rules: new Map(), Outputs: new Map() },
    ...sections,
    Resources: new Map([...Resources, ...generated.map((each) => [each.LogicalResourceId, each] as const)]),
    macros,
  };
}

/** Their functions and sections are read as they are. */
const readTransforms = [serverlessTransform, 'AWS::LanguageExtensions'];

function checkVersion({ value }: Entry, report: Report): undefined {
  if (scalarTextOf(value) === '2010-09-09') return;
  report(value, 'AWSTemplateFormatVersion must be "2010-09-09", the only version.');
}

function readMacros({ value }: Entry, report: Report): Template['macros'] {
  return (value.kind === 'list' ? value.items : [value]).flatMap((node) => {
    const Name = scalarTextOf(node.kind === 'map' ? entryOf(node, 'Name')?.value : node) ?? '';
    if (readTransforms.includes(Name)) return [];
    if (Name === '' || Name.startsWith('AWS::')) {
      const name = Name && ` ${Name}`;
      report(node, `Transform${name} is not simulated here; only ${readTransforms.join(' and ')} are read.`);
      return [];
    }
    const parameters = entryOf(node, 'Parameters')?.value;
    return [{ Name, Parameters: parameters === undefined ? {} : plain(parameters) }];
  });
}
