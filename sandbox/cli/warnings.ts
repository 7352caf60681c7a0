/** Warns of effects of an operation that the template's author may not expect. They are not errors. */
import { type ChangePlan, KNOWN_AFTER_APPLY, type ResourceChange } from '../cloudformation/change-set.ts';
import { namesIn, type ResourceSchema } from '../cloudformation/registry-schema.ts';
import type { Stack, StackSource } from '../cloudformation/stack.ts';
import { isList, isMap, type Json, type JsonMap } from '../json.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { parse } from '../template/parse.ts';
import { replacingDetails } from './changes.ts';
import type { KnownProvider } from './known-provider.ts';

interface PlannedOperation {
  readonly plan: ChangePlan;
  /** Before the operation; undefined if it does not exist yet. */
  readonly stack: Stack | undefined;
  /** As its author wrote it; undefined for a deletion. */
  readonly template?: AuthorsTemplate;
  /** What stacks export, to suggest another name for one that no stack exports. */
  readonly exports?: readonly string[];
}

type AuthorsTemplate = Pick<StackSource, 'templateText' | 'fileName'>;
type Provider = Pick<KnownProvider, 'schemaOf' | 'isDeclarable'>;
type Wanted = ChangePlan['wanted'];
type Planned = ChangePlan & Pick<Stack, 'resources'>;

/** A sentence for each effect. */
export function warningsOn({ plan, stack, template, exports = [] }: PlannedOperation, provider: Provider) {
  const { wanted, missingExports } = plan;
  const planned = { ...plan, resources: stack?.resources ?? {} };
  const versions = wanted.filter((resource) => provider.schemaOf(resource) !== undefined);
  const stubs = wanted.filter(({ stub }) => stub === 'on request');
  const stubNames = stubs.map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} (${ResourceType})`);
  const warnings = [
    ...(template === undefined ? [] : missingDependencies(wanted, versions, template)),
    stubs.length > 0 &&
      `Nothing is created for these resources, and their attributes are made up: ${stubNames.join(', ')}.`,
    missingExports.length > 0 &&
      `No stack exports ${missingExports.join(', ')}: the operation will fail before it creates anything.` +
        missingExports.map((name) => didYouMean(name, exports)).join(''),
    ...sharedAliases(versions, provider),
    ...keptMetadata(planned, provider),
    ...lostVersions(planned, provider),
    ...neededVersions(planned, provider),
  ];
  return warnings.filter((warning) => warning !== false);
}

/** Versions that CloudFormation may create before the image of the same template. */
function missingDependencies(wanted: Wanted, versions: Wanted, { templateText, fileName }: AuthorsTemplate) {
  const declarations = parse(templateText, fileName).template?.Resources;
  const ids = wanted.map(({ LogicalResourceId }) => LogicalResourceId);
  /** All that `id` depends on, through other resources, too. */
  const needsOf = (id: string) => {
    const needs = new Set([id]);
    for (const each of needs) {
      for (const need of declarations?.get(each)?.dependencies ?? []) if (ids.includes(need)) needs.add(need);
    }
    return needs;
  };
  const images = wanted.filter(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image');
  return versions.flatMap((version) => {
    const { LogicalResourceId: id } = version;
    const ImageName = known(version.Properties['ImageName']);
    const hasThisName = ({ Properties }: Wanted[number]) => known(Properties['ImageName']) === ImageName;
    const declaration = declarations?.get(id);
    const image = images.find(hasThisName);
    if (declaration === undefined || image === undefined || ImageName === undefined) return [];
    const { LogicalResourceId: imageId } = image;
    if (needsOf(imageId).has(id)) return [];
    // Once another version of the image depends on it, so does a version that depends on the other one.
    const enough = [image, ...versions.filter((other) => other !== version && hasThisName(other))];
    const needs = needsOf(id);
    if (enough.some(({ LogicalResourceId }) => needs.has(LogicalResourceId))) return [];
    const { DependsOn } = declaration;
    const { line, column } = DependsOn ?? declaration;
    const change = DependsOn === undefined ? `Add this line to ${id}` : 'Change this line';
    return [
      `${fileName}:${line}:${column}: ${id} does not depend on ${imageId}, so CloudFormation does not wait until the ` +
        `image ${ImageName} exists, and ${id} fails in a new stack. ${change}:\n` +
        dependsOn([...(DependsOn?.names ?? []), imageId], templateText),
    ];
  });
}

/** The line of a template, in its own notation. */
function dependsOn(names: readonly string[], templateText: string): string {
  const isJson = templateText.trimStart().startsWith('{');
  if (isJson) return `"DependsOn": ${JSON.stringify(names.length === 1 ? names[0] : names)},`;
  return `DependsOn: ${names.length === 1 ? names[0] : `[${names.join(', ')}]`}`;
}

function sharedAliases(versions: Wanted, { isDeclarable }: Provider): readonly string[] {
  const declaring = new Map<string, string[]>();
  for (const { LogicalResourceId, Properties } of versions) {
    const { Alias, Aliases = [] } = Properties;
    const ImageName = known(Properties['ImageName']);
    const aliases = new Set([Alias, ...(isList(Aliases) ? Aliases : [])].map(known));
    for (const alias of aliases) {
      if (!alias || ImageName === undefined || !isDeclarable(alias)) continue;
      const key = `the alias ${alias} of image ${ImageName}`;
      declaring.set(key, [...(declaring.get(key) ?? []), LogicalResourceId]);
    }
  }
  const rule = 'an alias can be on one version only; the one that CloudFormation updates last gets it.';
  const shared = [...declaring].filter(([, ids]) => ids.length > 1);
  return shared.map(([alias, ids]) => `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)} declare ${alias}: ${rule}`);
}

/** The text; undefined if it depends on another resource, and can contain the placeholder. */
function known(text: Json | undefined): string | undefined {
  return typeof text === 'string' && !text.includes(KNOWN_AFTER_APPLY) ? text : undefined;
}

function keptMetadata({ changes, wanted, resources }: Planned, { schemaOf }: Provider): readonly string[] {
  return changes.flatMap((change) => {
    const { LogicalResourceId: id } = change;
    const now = wanted.find(({ LogicalResourceId }) => LogicalResourceId === id);
    const schema = now && schemaOf(now);
    if (now === undefined || schema === undefined || change.Action !== 'Modify') return [];
    // A new version has only the metadata of the template.
    if (replacingDetails(change, schema).length > 0) return [];
    return lastingProperties(schema)
      .filter((name) => Object.hasOwn(resources[id]?.Properties ?? {}, name) && !Object.hasOwn(now.Properties, name))
      .map((name) => `${name} of ${id} stays as it is: the provider cannot clear it.`);
  });
}

/** Properties without a default keep their value until a template sets another one. */
function lastingProperties(schema: ResourceSchema): readonly string[] {
  const { properties, createOnlyProperties = [], readOnlyProperties = [], writeOnlyProperties = [] } = schema;
  const others = namesIn([...createOnlyProperties, ...readOnlyProperties, ...writeOnlyProperties]);
  return Object.keys(properties).filter((name) => properties[name]?.default === undefined && !others.includes(name));
}

function lostVersions({ changes, resources }: Planned, { schemaOf }: Provider): readonly string[] {
  const imageNameOf = (id: string) => resources[id]?.Properties['ImageName'];
  const deleted = changes.filter((change) => deletesOld(change, undefined));
  const images = deleted.filter(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image');
  const leftBehind = changes.filter((change) => change.Action === 'Remove' && change.PolicyAction === 'Retain');
  return leftBehind.flatMap(({ LogicalResourceId: id }) => {
    const version = resources[id];
    const image = images.find(({ LogicalResourceId }) => imageNameOf(LogicalResourceId) === imageNameOf(id));
    if (version === undefined || image === undefined || schemaOf(version) === undefined) return [];
    const rule = 'SageMaker deletes an image with all its versions.';
    return [`${id} is not kept after all: ${image.LogicalResourceId} goes too, and ${rule}`];
  });
}

/** Versions that the operation deletes, although a resource of the same template needs them. */
function neededVersions({ changes, wanted, resources }: Planned, { schemaOf }: Provider): readonly string[] {
  return changes.flatMap((change) => {
    const { LogicalResourceId: id } = change;
    const resource = resources[id];
    const [, Version] = /:image-version\/[^/]+\/(\d+)$/.exec(resource?.PhysicalResourceId ?? '') ?? [];
    if (resource === undefined || Version === undefined || !deletesOld(change, schemaOf(resource))) return [];
    const { ImageName = '' } = resource.Properties;
    const isIn = (map: JsonMap, number: 'Adopt' | 'ImageVersionNumber') =>
      map['ImageName'] === ImageName && map[number] === Version;
    const needs = wanted.flatMap((user) => {
      const { LogicalResourceId, ResourceType, Properties } = user;
      if (schemaOf(user) !== undefined) return isIn(Properties, 'Adopt') ? [`which ${LogicalResourceId} adopts`] : [];
      const offersVersions = /^AWS::SageMaker::(Domain|UserProfile|Space)$/.test(ResourceType);
      const isOffered = offersVersions && mapsIn(Properties).some((map) => isIn(map, 'ImageVersionNumber'));
      return isOffered ? [`and ${LogicalResourceId} still has its ImageVersionNumber`] : [];
    });
    const [cause, wayOut] =
      change.Action === 'Remove'
        ? ['removed, and its DeletionPolicy in the deployed template is not Retain', 'first deploy DeletionPolicy']
        : ['replaced', 'add UpdateReplacePolicy'];
    const deletion = `${id} is ${cause}, so CloudFormation deletes version ${Version} of image ${ImageName}`;
    return needs.map((need) => `${deletion}, ${need}. To keep the version, ${wayOut}: Retain in ${id}.`);
  });
}

/** Whether CloudFormation deletes the physical resource that the change leaves. */
function deletesOld(change: ResourceChange, schema: ResourceSchema | undefined): boolean {
  if (change.Action !== 'Modify') return change.Action === 'Remove' && change.PolicyAction === 'Delete';
  const always = change.Details.filter(({ Target }) => Target.RequiresRecreation === 'Always');
  const isReplaced = [...always, ...replacingDetails(change, schema)].some(({ Evaluation }) => Evaluation === 'Static');
  return isReplaced && change.PolicyAction === 'ReplaceAndDelete';
}

/** Every map in the value, however deep. */
function mapsIn(value: Json): readonly JsonMap[] {
  if (isList(value)) return value.flatMap(mapsIn);
  return isMap(value) ? [value, ...Object.values(value).flatMap(mapsIn)] : [];
}
