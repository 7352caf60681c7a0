/**
 * Parses a template of CloudFormation or SAM, in YAML or JSON. It reports every problem that the template has by itself,
 * all at once and each with its place. It does not check the properties that a resource type requires.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import { LineCounter } from 'yaml';
import { gatherNames, type OnAttribute, type OnExternal, serverlessTransform } from './check-value.ts';
import { isPlainMap } from './evaluate.ts';
import { readParameters } from './parameters.ts';
import { readYaml } from './read-yaml.ts';
import { type ReadContext, readConditions, readMappings, readOutputs, readResources } from './sections.ts';
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
  stringOf,
} from './syntax-tree.ts';
import {
  type AttributeReference,
  type ExternalReference,
  type MacroCall,
  type Problem,
  type Template,
  TemplateError,
} from './template.ts';

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
  const externalReferences: ExternalReference[] = [];
  const onAttribute: OnAttribute = (reference, at) => attributeReferences.push({ ...reference, ...placeOf(at) });
  const onExternal: OnExternal = (reference, at) => externalReferences.push({ ...reference, ...placeOf(at) });

  const written = readYaml(text, lineCounter, report);
  if (written?.kind !== 'map') {
    if (written !== undefined) report(written, 'A template must be a map of sections and needs a Resources section.');
    return { template: undefined, problems };
  }
  const root = withGlobals(written);
  const context = { names: gatherNames(root), report, onAttribute, onExternal, placeOf, isFaulty };
  const references = { attributeReferences, externalReferences };
  return { template: { ...readSections(root, fileName, context), ...references }, problems };
}

/**
 * Gives each function of a SAM template the properties in Globals, as the transform does.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
function withGlobals(root: MapNode): MapNode {
  const shared = entryOf(entryOf(root, 'Globals')?.value, 'Function');
  if (shared === undefined) return root;
  return withValues(root, ({ key, value }) =>
    key !== 'Resources' || value.kind !== 'map' ? value : withValues(value, (resource) => sharing(resource, shared)),
  );
}

function sharing({ value }: Entry, shared: Entry): Node {
  const isFunction = stringOf(entryOf(value, 'Type')?.value) === 'AWS::Serverless::Function';
  if (value.kind !== 'map' || !isFunction) return value;
  const ignored = entryOf(value, 'IgnoreGlobals')?.value;
  if (stringOf(ignored) === '*') return value;
  const names = ignored === undefined ? [] : [plain(ignored)].flat();
  const entries = entriesOf(shared.value).filter(({ key }) => !names.includes(key));
  const Properties = { ...shared, key: 'Properties', value: { ...shared.value, kind: 'map' as const, entries } };
  if (entryOf(value, 'Properties') === undefined) return { ...value, entries: [...value.entries, Properties] };
  return withValues(value, (own) => (own.key === 'Properties' ? merged(own.value, Properties.value) : own.value));
}

function withValues(map: MapNode, newValue: (entry: Entry) => Node): MapNode {
  return { ...map, entries: map.entries.map((entry) => ({ ...entry, value: newValue(entry) })) };
}

/** Merges maps by key and joins lists. In any other case the function's own value wins. */
function merged(own: Node, shared: Node | undefined): Node {
  if (own.kind === 'list' && shared?.kind === 'list') return { ...own, items: [...shared.items, ...own.items] };
  if (own.kind !== 'map' || shared?.kind !== 'map') return own;
  if (!isPlainMap(plain(own)) || !isPlainMap(plain(shared))) return own;
  const others = shared.entries.filter(({ key }) => entryOf(own, key) === undefined);
  const all = withValues(own, ({ key, value }) => merged(value, entryOf(shared, key)?.value));
  return { ...all, entries: [...others, ...all.entries] };
}

type References = 'attributeReferences' | 'externalReferences';

function readSections(root: MapNode, fileName: string, context: ReadContext): Omit<Template, References> {
  const { names, report } = context;
  const isServerless = names.serverless !== undefined;
  checkKeys(root.entries, isServerless ? [...sections, 'Globals'] : sections, 'A template', report);
  checkVersion(entryOf(root, 'AWSTemplateFormatVersion'), report);
  checkNamesAreUnique(root, report);
  if (entryOf(root, 'Resources') === undefined) report(root, 'The template needs a Resources section.');
  return {
    fileName,
    ...optional('Description', readText(root, 'Description', report)),
    Parameters: readParameters(entryOf(root, 'Parameters'), context),
    Mappings: readMappings(entryOf(root, 'Mappings'), context),
    Conditions: readConditions(entryOf(root, 'Conditions'), context),
    Resources: readResources(entryOf(root, 'Resources'), context),
    Outputs: readOutputs(entryOf(root, 'Outputs'), context),
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
