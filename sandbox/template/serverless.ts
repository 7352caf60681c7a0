/**
 * What SAM adds to a template: the Globals, and generated resources such as `FunctionRole` that the template refers to.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
import { isPlainMap } from './evaluate.ts';
import { type Entry, entriesOf, entryOf, type MapNode, type Node, plain, stringOf } from './syntax-tree.ts';
import type { Template } from './template.ts';

export const serverlessTransform = 'AWS::Serverless-2016-10-31';

export function isServerless(template: Node): boolean {
  const transform = entryOf(template, 'Transform')?.value;
  const names = transform?.kind === 'list' ? transform.items : [transform];
  return names.some((name) => stringOf(name) === serverlessTransform);
}

/** The resource from which SAM may generate one of this name: `ApiRole`, `ApiAliaslive`, `ServerlessRestApi`. */
export function sourceOf(name: string, template: Node): string | undefined {
  const sources = entriesOf(entryOf(template, 'Resources')?.value)
    .filter(({ value }) => typeOf(value).startsWith('AWS::Serverless::'))
    .map(({ key }) => key);
  const longestFirst = sources.toSorted((one, other) => other.length - one.length);
  return name.startsWith('Serverless') ? sources[0] : longestFirst.find((source) => name.startsWith(source));
}

function typeOf(resource: Node): string {
  return stringOf(entryOf(resource, 'Type')?.value) ?? '';
}

/** The types of generated resources, by the end of their names. */
const generatedTypes: readonly (readonly [RegExp, string])[] = [
  [/Role$/, 'AWS::IAM::Role'],
  [/Permissions?\w*$/, 'AWS::Lambda::Permission'],
  [/RestApi$/, 'AWS::ApiGateway::RestApi'],
  [/HttpApi$/, 'AWS::ApiGatewayV2::Api'],
  [/Stage$/, 'AWS::ApiGateway::Stage'],
  [/Deployment\w*$/, 'AWS::ApiGateway::Deployment'],
  [/Url$/, 'AWS::Lambda::Url'],
  [/Alias\w*$/, 'AWS::Lambda::Alias'],
  [/Version\w*$/, 'AWS::Lambda::Version'],
];

/** The generated resources that a template refers to, and the roles of functions and state machines without one. */
export function generatedResources(template: Node, referred: Iterable<string>, declared: Template['Resources']) {
  const resources = entriesOf(entryOf(template, 'Resources')?.value);
  const roles = resources.filter(({ value }) => {
    const needsRole = ['AWS::Serverless::Function', 'AWS::Serverless::StateMachine'].includes(typeOf(value));
    return needsRole && entryOf(entryOf(value, 'Properties')?.value, 'Role') === undefined;
  });
  return [...new Set([...referred, ...roles.map(({ key }) => `${key}Role`)])].flatMap((LogicalResourceId) => {
    const source = declared.get(sourceOf(LogicalResourceId, template) ?? '');
    if (source === undefined || declared.has(LogicalResourceId)) return [];
    const [, Type = 'AWS::Lambda::EventSourceMapping'] =
      generatedTypes.find(([name]) => name.test(LogicalResourceId)) ?? [];
    const { DependsOn: _, Metadata: __, ...rest } = source;
    const none = { Properties: {}, dependencies: [], propertyPlaces: new Map(), faultyProperties: new Set<string>() };
    return [{ ...rest, ...none, LogicalResourceId, Type, hasMoreProperties: false }];
  });
}

/**
 * Gives each function of a SAM template the properties in Globals, as the transform does.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
export function withGlobals(root: MapNode): MapNode {
  const shared = entryOf(entryOf(root, 'Globals')?.value, 'Function');
  if (shared === undefined) return root;
  return withValues(root, ({ key, value }) =>
    key !== 'Resources' || value.kind !== 'map' ? value : withValues(value, (resource) => sharing(resource, shared)),
  );
}

function sharing({ value }: Entry, shared: Entry): Node {
  if (value.kind !== 'map' || typeOf(value) !== 'AWS::Serverless::Function') return value;
  const ignored = entryOf(value, 'IgnoreGlobals')?.value;
  if (stringOf(ignored) === '*') return value;
  const names = ignored === undefined ? [] : [plain(ignored)].flat();
  const entries = entriesOf(shared.value).filter(({ key }) => !names.includes(key));
  const Properties = { ...shared, key: 'Properties', value: { ...shared.value, kind: 'map' as const, entries } };
  return merged(value, { ...value, entries: [Properties] });
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
