/** Warns of effects of an operation that the template's author may not expect. They are not errors. */
import {
  type ChangePlan,
  KNOWN_AFTER_APPLY,
  type Modification,
  type ResourceChange,
  type WantedResource,
} from '../cloudformation/change-set.ts';
import { namesIn, type ResourceSchema } from '../cloudformation/check-template.ts';
import { isCustomResourceType } from '../cloudformation/custom-resource.ts';
import type { Stack, StackSource } from '../cloudformation/stack.ts';
import { isList, type JsonMap } from '../json.ts';
import { parse } from '../template/parse.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import { ownAliasPrefix } from './image-versions.ts';
import { whoseArn } from './provider-types.ts';

/** An operation before it runs. */
export interface PlannedOperation {
  readonly plan: ChangePlan;
  /** Before the operation; undefined if it does not exist yet. */
  readonly stack: Stack | undefined;
  /** As its author wrote it; undefined for a deletion. */
  readonly template?: Pick<StackSource, 'templateText' | 'fileName'>;
}

/** A sentence for each effect. */
export function warningsOn({ plan, stack, template }: PlannedOperation, schema: ResourceSchema): readonly string[] {
  const { changes, wanted, missingExports } = plan;
  return [
    ...(template === undefined ? [] : missingDependencies(wanted, template)),
    ...standIns(wanted),
    ...(missingExports.length === 0
      ? []
      : [`No stack exports ${missingExports.join(', ')}: the operation will fail before it creates anything.`]),
    ...sharedAliases(wanted.filter(isOurs)),
    ...(stack === undefined ? [] : [...keptMetadata(plan, stack, schema), ...lostVersions(changes, stack)]),
  ];
}

function standIns(wanted: readonly WantedResource[]): readonly string[] {
  const stubs = wanted.filter(({ stub }) => stub === 'on request');
  if (stubs.length === 0) return [];
  const listed = stubs.map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} (${ResourceType})`);
  return [`Nothing is created for these resources, and their attributes are made up: ${listed.join(', ')}.`];
}

function isOurs({ ResourceType, Properties }: Pick<WantedResource, 'ResourceType' | 'Properties'>): boolean {
  const { ServiceToken } = Properties;
  return isCustomResourceType(ResourceType) && typeof ServiceToken === 'string' && whoseArn(ServiceToken) === 'ours';
}

/** Versions that CloudFormation may create before the image of the same template. */
function missingDependencies(
  wanted: readonly WantedResource[],
  { templateText, fileName }: Pick<StackSource, 'templateText' | 'fileName'>,
): readonly string[] {
  const declarations = parse(templateText, fileName).template?.Resources ?? new Map<string, ResourceDeclaration>();
  const ids = wanted.map(({ LogicalResourceId }) => LogicalResourceId);
  /** All that `id` depends on, through other resources, too. */
  const needsOf = (id: string) => {
    const needs = new Set([id]);
    for (const each of needs) {
      for (const need of declarations.get(each)?.dependencies ?? []) if (ids.includes(need)) needs.add(need);
    }
    return needs;
  };
  const imageNameOf = ({ Properties }: WantedResource) => {
    const { ImageName } = Properties;
    return typeof ImageName === 'string' && isKnown(ImageName) ? ImageName : undefined;
  };
  const images = wanted.filter(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image');
  const versions = wanted.filter(isOurs);
  return versions.flatMap((version) => {
    const { LogicalResourceId: id } = version;
    const declaration = declarations.get(id);
    const ImageName = imageNameOf(version);
    const image = images.find((each) => ImageName !== undefined && imageNameOf(each) === ImageName);
    if (declaration === undefined || image === undefined) return [];
    const { LogicalResourceId: imageId } = image;
    const needs = needsOf(id);
    if (needs.has(imageId) || needsOf(imageId).has(id)) return [];
    // Once the other version depends on the image, this one does, too.
    if (
      versions.some(
        (other) => other !== version && needs.has(other.LogicalResourceId) && imageNameOf(other) === ImageName,
      )
    )
      return [];
    const { line, column } = declaration.DependsOn ?? declaration;
    const written = dependsOn([...(declaration.DependsOn?.names ?? []), imageId], templateText);
    const change = declaration.DependsOn === undefined ? `Add this line to ${id}` : 'Change this line';
    return [
      `${fileName}:${line}:${column}: ${id} does not depend on ${imageId}, so CloudFormation does not wait until the ` +
        `image ${ImageName} exists, and ${id} fails in a new stack. ${change}:\n${written}`,
    ];
  });
}

/** The line of a template, in its own notation. */
function dependsOn(names: readonly string[], templateText: string): string {
  const [only = '', ...others] = names;
  if (templateText.trimStart().startsWith('{')) {
    return `"DependsOn": ${JSON.stringify(others.length === 0 ? only : names)},`;
  }
  return `DependsOn: ${others.length === 0 ? only : `[${names.join(', ')}]`}`;
}

function sharedAliases(versions: readonly WantedResource[]): readonly string[] {
  const declaring = new Map<string, string[]>();
  for (const { LogicalResourceId, Properties } of versions) {
    const { ImageName } = Properties;
    if (typeof ImageName !== 'string' || !isKnown(ImageName)) continue;
    for (const alias of aliasesIn(Properties)) {
      const key = `the alias ${alias} of image ${ImageName}`;
      declaring.set(key, [...(declaring.get(key) ?? []), LogicalResourceId]);
    }
  }
  const rule = 'an alias can be on one version only; it ends on whichever comes last.';
  return [...declaring]
    .filter(([, ids]) => ids.length > 1)
    .map(([alias, ids]) => `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)} declare ${alias}: ${rule}`);
}

/** Each alias once, without those that only the provider can create. */
function aliasesIn({ Alias = '', Aliases = [] }: JsonMap): ReadonlySet<string> {
  const declared = [Alias, ...(isList(Aliases) ? Aliases : [])].filter((alias) => typeof alias === 'string');
  return new Set(declared.filter((alias) => alias !== '' && isKnown(alias) && !alias.startsWith(ownAliasPrefix)));
}

/** A value that depends on another resource can contain the placeholder. */
function isKnown(text: string): boolean {
  return !text.includes(KNOWN_AFTER_APPLY);
}

function keptMetadata(
  { changes, wanted }: ChangePlan,
  { resources }: Stack,
  schema: ResourceSchema,
): readonly string[] {
  const createOnly = namesIn(schema.createOnlyProperties);
  // A new version has only the metadata of the template.
  const isInPlace = (change: ResourceChange): change is Modification =>
    change.Action === 'Modify' && !change.Details.some(({ Target }) => createOnly.includes(Target.Name ?? ''));
  return changes.filter(isInPlace).flatMap(({ LogicalResourceId: id }) => {
    const now = wanted.find(({ LogicalResourceId }) => LogicalResourceId === id);
    if (now === undefined || !isOurs(now)) return [];
    return lastingProperties(schema)
      .filter((name) => Object.hasOwn(resources[id]?.Properties ?? {}, name) && !Object.hasOwn(now.Properties, name))
      .map((name) => `${name} of ${id} stays as it is: SageMaker cannot clear it.`);
  });
}

/** Metadata that SageMaker cannot clear: it keeps the value until somebody sets another one. */
function lastingProperties(schema: ResourceSchema): readonly string[] {
  const { properties, createOnlyProperties = [], readOnlyProperties = [], writeOnlyProperties = [] } = schema;
  const others = namesIn([...createOnlyProperties, ...readOnlyProperties, ...writeOnlyProperties]);
  return Object.entries(properties)
    .filter(([name, property]) => property.default === undefined && !others.includes(name))
    .map(([name]) => name);
}

function lostVersions(changes: readonly ResourceChange[], { resources }: Stack): readonly string[] {
  const imageNameOf = (id: string) => resources[id]?.Properties['ImageName'];
  const images = changes.filter(isImageThatGoes).map(({ LogicalResourceId }) => LogicalResourceId);
  const leftBehind = changes.filter((change) => change.Action === 'Remove' && change.PolicyAction === 'Retain');
  return leftBehind.flatMap(({ LogicalResourceId: id }) => {
    const version = resources[id];
    const image = images.find((each) => imageNameOf(each) === imageNameOf(id));
    if (version === undefined || image === undefined || !isOurs(version)) return [];
    return [`${id} is not kept after all: ${image} goes too, and SageMaker deletes an image with all its versions.`];
  });
}

function isImageThatGoes(change: ResourceChange): boolean {
  if (change.ResourceType !== 'AWS::SageMaker::Image' || change.Action === 'Add') return false;
  if (change.Action === 'Remove') return change.PolicyAction === 'Delete';
  return change.Replacement === 'True' && change.PolicyAction === 'ReplaceAndDelete';
}
