/**
 * The names that a template declares, and the names that it may use without declaring them. They are collected before
 * anything is checked, because a reference may come before its target.
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
  /** The whole Mappings section, because every key of a lookup is checked. */
  readonly mappings: Node | undefined;
  /** The resources that SAM expands into others; undefined if this is not a SAM template. */
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
 * Whether SAM may create a resource of this name (`ApiRole`, `ApiAliaslive`, `ServerlessRestApi`), or replaces this name
 * by a reference to one of its resources (`Api.Alias`).
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
