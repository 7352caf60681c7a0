/**
 * Turns the native image versions of a template's Resources section into custom resources, those within Fn::ForEach
 * too: AWS's own transforms come after custom macros, so the loops are still there.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html
 */
import { isList, isMap, mapValues, type TemplateMap, type TemplateValue } from './template-value.ts';

export const nativeType = 'AWS::SageMaker::ImageVersion';
export const customType = 'Custom::SageMakerImageVersion';

/** What the native type's schema lets a template set. The provider has them all, with the same names and meanings. */
export const nativeProperties = [
  'Alias',
  'Aliases',
  'BaseImage',
  'Horovod',
  'ImageName',
  'JobType',
  'MLFramework',
  'Processor',
  'ProgrammingLang',
  'ReleaseNotes',
  'VendorGuidance',
];

/** What the provider adds; a template that goes through the macro may use it. */
export const addedProperties = ['Revision', 'ServiceTimeout'];

/** CloudFormation heeds these for other types only, such as Auto Scaling groups. */
const unsupportedAttributes = ['CreationPolicy', 'UpdatePolicy'];

export interface StoodIn {
  readonly resources: TemplateMap;
  /** Of the resources that were native ones. */
  readonly logicalIds: ReadonlySet<string>;
  readonly problems: readonly string[];
}

export function standInResources(Resources: TemplateMap, ServiceToken: string): StoodIn {
  const logicalIds = new Set<string>();
  const problems: string[] = [];

  const change = (declaration: TemplateValue, logicalId: string): TemplateValue => {
    if (logicalId.startsWith('Fn::ForEach::')) return changeLoop(declaration);
    if (!isMap(declaration) || declaration['Type'] !== nativeType) return declaration;
    logicalIds.add(logicalId);
    problems.push(...problemsOf(declaration).map((problem) => `${logicalId}: ${problem}`));
    const { Properties } = declaration;
    // Every other attribute, and the order of all of them, stays as it is.
    return { ...declaration, Type: customType, Properties: { ServiceToken, ...(isMap(Properties) ? Properties : {}) } };
  };
  /** `[identifier, collection, {logicalId: declaration}]`, in which loops may be again. */
  const changeLoop = (loop: TemplateValue): TemplateValue =>
    isList(loop) ? loop.map((part) => (isMap(part) ? mapValues(part, change) : part)) : loop;

  const resources = mapValues(Resources, change);
  return { resources, logicalIds, problems };
}

function problemsOf(declaration: TemplateMap): readonly string[] {
  const { Properties } = declaration;
  const attributes = unsupportedAttributes
    .filter((name) => Object.hasOwn(declaration, name))
    .map((name) => `${name} has no effect on an image version, so take it out`);
  if (Properties !== undefined && Properties !== null && !isMap(Properties)) {
    return [...attributes, 'Properties must be a map'];
  }
  return [...attributes, ...Object.keys(Properties ?? {}).flatMap(propertyProblem)];
}

function propertyProblem(name: string): readonly string[] {
  // What a loop gives is known only after the macro; the provider reads it.
  if ([...nativeProperties, ...addedProperties].includes(name) || name.startsWith('Fn::ForEach::')) return [];
  if (name === 'ServiceToken') return ['ServiceToken is set by the macro, so take it out'];
  if (name.startsWith('Fn::')) return [`${name} stands for all properties, so write them out`];
  return [`${name} is not a property of ${nativeType}`];
}
