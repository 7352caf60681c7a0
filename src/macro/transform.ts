/**
 * The work of the macro, as a pure function: it changes each native image version of a template into the provider's
 * custom resource.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 */
import { asSentence, getProperty } from '../errors.ts';
import { attributeNames, propertyNamed } from '../image-version/property-table.ts';
import {
  attributeReferences,
  isDeeperThan,
  isList,
  isMap,
  mapValues,
  type TemplateMap,
  type TemplateValue,
} from './template.ts';

const nativeType = 'AWS::SageMaker::ImageVersion';
const customType = 'Custom::SageMakerImageVersion';

/** These have no effect on this type in CloudFormation either: they are for Auto Scaling groups, for example. */
const unsupportedAttributes = ['CreationPolicy', 'UpdatePolicy'];

/** Templates that people write have about twenty levels. Thousands of levels would exhaust the call stack. */
const deepestLevel = 200;

/** Any status but `success` is a failure. CloudFormation shows the errorMessage to the person who deploys. */
export type MacroResponse =
  | { readonly requestId: string; readonly status: 'success'; readonly fragment: TemplateMap }
  | { readonly requestId: string; readonly status: 'failure'; readonly errorMessage: string };

/**
 * Returns the template with custom resources that have this ServiceToken, and changes nothing else. If something makes
 * that impossible, it returns one message with every problem.
 *
 * @throws Error if `event` is not what CloudFormation sends to a macro
 */
export function transform(event: unknown, ServiceToken: string): MacroResponse {
  const requestId = getProperty(event, 'requestId');
  const fragment = getProperty(event, 'fragment');
  if (typeof requestId !== 'string') throw new Error('This is not a request for a macro: requestId is missing.');
  const refused = (problems: readonly string[]): MacroResponse => ({
    requestId,
    status: 'failure',
    errorMessage: asSentence(problems.join('; ')),
  });

  // If a template calls the macro with Fn::Transform, CloudFormation sends only the siblings of the call.
  if (!isMap(fragment) || !isMap(fragment['Resources'])) {
    return refused(["SageMakerImageVersion works on a whole template: name it in the template's Transform section"]);
  }
  if (isDeeperThan(deepestLevel, fragment)) {
    return refused([`the template has more than ${deepestLevel} nested levels: use fewer`]);
  }
  const { Resources, logicalIds, problems } = transformResources(fragment['Resources'], ServiceToken);
  const all = [
    ...parameterProblems(getProperty(event, 'params')),
    ...problems,
    ...attributeProblems(fragment, logicalIds),
  ];
  return all.length > 0 ? refused(all) : { requestId, status: 'success', fragment: { ...fragment, Resources } };
}

function parameterProblems(params: unknown): readonly string[] {
  const names = isMap(params) ? Object.keys(params) : [];
  return names.map((name) => `SageMakerImageVersion takes no parameters: remove ${name}`);
}

interface Transformed {
  readonly Resources: TemplateMap;
  /** The logical ids of the native image versions. */
  readonly logicalIds: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** CloudFormation runs custom macros before it unrolls Fn::ForEach, so some of the resources can still be in loops. */
function transformResources(resources: TemplateMap, ServiceToken: string): Transformed {
  const logicalIds = new Set<string>();
  const problems: string[] = [];

  const transformed = (declaration: TemplateValue, logicalId: string): TemplateValue => {
    if (logicalId.startsWith('Fn::ForEach::')) return transformedLoop(declaration);
    if (!isMap(declaration) || declaration['Type'] !== nativeType) return declaration;
    logicalIds.add(logicalId);
    for (const problem of declarationProblems(declaration)) problems.push(`${logicalId}: ${problem}`);
    const { Properties } = declaration;
    // The spread keeps every other attribute, and the order of all of them.
    return { ...declaration, Type: customType, Properties: { ServiceToken, ...(isMap(Properties) ? Properties : {}) } };
  };
  /** `[identifier, collection, {logicalId: declaration}]`. The map can contain loops again. */
  const transformedLoop = (loop: TemplateValue): TemplateValue =>
    isList(loop) ? loop.map((part) => (isMap(part) ? mapValues(part, transformed) : part)) : loop;

  return { Resources: mapValues(resources, transformed), logicalIds, problems };
}

function declarationProblems(declaration: TemplateMap): readonly string[] {
  const { Properties } = declaration;
  const attributes = unsupportedAttributes
    .filter((name) => Object.hasOwn(declaration, name))
    .map((name) => `${name} has no effect on an image version: remove it`);
  if (Properties !== undefined && Properties !== null && !isMap(Properties)) {
    return [...attributes, 'Properties must be a map'];
  }
  return [...attributes, ...Object.keys(Properties ?? {}).flatMap(propertyProblem)];
}

function propertyProblem(name: string): readonly string[] {
  if (name === 'ServiceToken') return ['the macro sets ServiceToken: remove it'];
  // CloudFormation unrolls a loop after the macro, and the provider checks the result.
  if (propertyNamed(name) !== undefined || name.startsWith('Fn::ForEach::')) return [];
  if (name.startsWith('Fn::')) return [`${name} stands for all properties: write them out`];
  return [`${name} is not a property of ${nativeType}`];
}

/** Without this check, CloudFormation finds a missing attribute only after it has created the version. */
function attributeProblems(template: TemplateMap, logicalIds: ReadonlySet<string>): readonly string[] {
  const problems = attributeReferences(template)
    .filter(({ logicalId, attribute }) => logicalIds.has(logicalId) && !isAttribute(attribute))
    .map(({ where, logicalId, attribute }) => `${where}: ${logicalId} has no attribute ${attribute}`);
  return [...new Set(problems)];
}

function isAttribute(name: string): boolean {
  return attributeNames.some((attribute) => attribute === name);
}
