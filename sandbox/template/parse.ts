/**
 * Parses a template of CloudFormation or SAM, in YAML or JSON. It reports every problem that the template has by itself,
 * all at once and each with its place. It does not check the properties that a resource type requires.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import { LineCounter } from 'yaml';
import { gatherNames, type OnAttribute } from './check-value.ts';
import { readParameters } from './parameters.ts';
import { readYaml } from './read-yaml.ts';
import { type ReadContext, readConditions, readMappings, readOutputs, readResources, readRules } from './sections.ts';
import { generatedResources, serverlessTransform, withGlobals } from './serverless.ts';
import {
  checkKeys,
  type Entry,
  entriesOf,
  entryOf,
  type MapNode,
  type Node,
  optional,
  plain,
  type Report,
  readText,
  type SourceRange,
  scalarTextOf,
} from './syntax-tree.ts';
import { type AttributeReference, type MacroCall, type Problem, type Template, TemplateError } from './template.ts';

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
];

/** The template in `text`. `fileName` appears in messages. Throws a TemplateError with every problem. */
export function parseTemplate(text: string, fileName: string): Template {
  const { template, problems } = parse(text, fileName);
  if (template === undefined || problems.length > 0) throw new TemplateError(fileName, problems);
  return template;
}

/**
 * The readable part of the template in `text`, and everything that is wrong with it, for callers that add problems of
 * their own. The template is undefined if the text is not a map of sections.
 */
export function parse(
  text: string,
  fileName: string,
): { readonly template: Template | undefined; readonly problems: readonly Problem[] } {
  const lineCounter = new LineCounter();
  const problems: Problem[] = [];
  const faults: number[] = [];
  const placeOf = ({ start }: SourceRange) => {
    const { line, col } = lineCounter.linePos(start);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report: Report = (at, message) => {
    problems.push({ ...placeOf(at), message });
    faults.push(at.start);
  };
  const isFaulty = ({ start, end }: SourceRange) =>
    faults.some((fault) => start <= fault && fault < Math.max(end, start + 1));
  const attributeReferences: AttributeReference[] = [];
  const onAttribute: OnAttribute = (reference, at) => attributeReferences.push({ ...reference, ...placeOf(at) });

  const written = readYaml(text, lineCounter, report);
  if (written?.kind !== 'map') {
    if (written !== undefined) report(written, 'A template must be a map of sections and needs a Resources section.');
    return { template: undefined, problems };
  }
  const root = withGlobals(written);
  const context = { names: gatherNames(root), report, onAttribute, placeOf, isFaulty };
  return { template: { ...readSections(root, fileName, context), attributeReferences }, problems };
}

function readSections(root: MapNode, fileName: string, context: ReadContext): Omit<Template, 'attributeReferences'> {
  const { names, report } = context;
  const isServerless = names.serverless !== undefined;
  checkKeys(root.entries, isServerless ? [...sections, 'Globals'] : sections, 'A template', report);
  checkVersion(entryOf(root, 'AWSTemplateFormatVersion'), report);
  checkNamesAreUnique(root, report);
  if (entryOf(root, 'Resources') === undefined) report(root, 'The template needs a Resources section.');
  const Resources = readResources(entryOf(root, 'Resources'), context);
  const Outputs = readOutputs(entryOf(root, 'Outputs'), context);
  const { referred = [] } = names.serverless ?? {};
  const generated = isServerless ? generatedResources(root, referred, Resources) : [];

  return {
    fileName,
    ...optional('Description', readText(root, 'Description', report)),
    Parameters: readParameters(entryOf(root, 'Parameters'), report),
    Mappings: readMappings(entryOf(root, 'Mappings'), context),
    Conditions: readConditions(entryOf(root, 'Conditions'), context),
    Rules: readRules(entryOf(root, 'Rules'), context),
    Resources: new Map([...Resources, ...generated.map((each) => [each.LogicalResourceId, each] as const)]),
    Outputs,
    macros: readMacros(entryOf(root, 'Transform')?.value, report),
  };
}

/** Their functions and sections are read as they are. */
const readTransforms = [serverlessTransform, 'AWS::LanguageExtensions'];

function checkVersion(entry: Entry | undefined, report: Report): void {
  if (entry === undefined || scalarTextOf(entry.value) === '2010-09-09') return;
  report(entry.value, 'AWSTemplateFormatVersion must be "2010-09-09", the only version.');
}

function readMacros(transform: Node | undefined, report: Report): readonly MacroCall[] {
  if (transform === undefined) return [];
  return (transform.kind === 'list' ? transform.items : [transform]).flatMap((node) => {
    const Name = scalarTextOf(node.kind === 'map' ? entryOf(node, 'Name')?.value : node) ?? '';
    if (readTransforms.includes(Name)) return [];
    if (Name === '' || Name.startsWith('AWS::')) {
      report(
        node,
        `Transform ${Name} is not simulated here; only ${readTransforms.join(' and ')} are read.`.replace('  ', ' '),
      );
      return [];
    }
    const parameters = entryOf(node, 'Parameters')?.value;
    return [{ Name, Parameters: parameters === undefined ? {} : plain(parameters) }];
  });
}

/** Ref distinguishes parameters and resources only by name. */
function checkNamesAreUnique(root: MapNode, report: Report): void {
  const parameters = entriesOf(entryOf(root, 'Parameters')?.value).map(({ key }) => key);
  for (const entry of entriesOf(entryOf(root, 'Resources')?.value)) {
    const isTaken = parameters.includes(entry.key);
    if (isTaken) report(entry, `"${entry.key}" is also the name of a parameter: rename one of the two.`);
  }
}
