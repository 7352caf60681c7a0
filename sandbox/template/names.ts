/**
 * The names a template declares, and the ones it may use without declaring them. Gathered before anything is checked,
 * because a reference may stand before what it refers to.
 */
import { entriesOf, entryOf, type Node, stringOf } from './syntax-tree.ts';

export const serverlessTransform = 'AWS::Serverless-2016-10-31';

export const pseudoParameters = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

export interface Names {
  readonly parameters: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly string[];
  /** The Mappings section itself, because a lookup in it is checked down to its last key. */
  readonly mappings: Node | undefined;
  /** In a SAM template: the resources that SAM expands into others. */
  readonly serverless: readonly string[] | undefined;
}

export function gatherNames(template: Node): Names {
  const namesIn = (section: string) => entriesOf(entryOf(template, section)?.value).map(({ key }) => key);
  return {
    parameters: namesIn('Parameters'),
    resources: namesIn('Resources'),
    conditions: namesIn('Conditions'),
    mappings: entryOf(template, 'Mappings')?.value,
    serverless: isServerless(entryOf(template, 'Transform')?.value) ? serverlessResources(template) : undefined,
  };
}

/**
 * Whether SAM may make a resource of this name (`ApiRole`, `ApiAliaslive`, `ServerlessRestApi`) or gives it as a
 * reference into one of its own (`Api.Alias`).
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
export function isMadeBySam(name: string, { serverless }: Names): boolean {
  return serverless?.some((prefix) => name.startsWith(prefix)) ?? false;
}

function isServerless(transform: Node | undefined): boolean {
  const names = transform?.kind === 'list' ? transform.items : [transform];
  return names.some((name) => stringOf(name) === serverlessTransform);
}

function serverlessResources(template: Node): readonly string[] {
  const resources = entriesOf(entryOf(template, 'Resources')?.value)
    .filter(({ value }) => stringOf(entryOf(value, 'Type')?.value)?.startsWith('AWS::Serverless::'))
    .map(({ key }) => key);
  return [...resources, 'Serverless'];
}
