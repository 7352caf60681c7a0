/**
 * template.yaml as the tests of this folder read it: with the sandbox's own reader, deployed in a partition of choice.
 */
import { readFileSync } from 'node:fs';
import type { Json } from '../../sandbox/json.ts';
import { deployedScope, readFunctions } from '../../sandbox/lambda/sam-template.ts';
import { evaluate } from '../../sandbox/template/evaluate.ts';
import { resolveParameters } from '../../sandbox/template/parameters.ts';
import { parseTemplate } from '../../sandbox/template/parse.ts';
import type { Template } from '../../sandbox/template/template.ts';

export const templateText: string = readFileSync('template.yaml', 'utf8');

export const template: Template = parseTemplate(templateText, 'template.yaml');

/** Everything that has to be given. */
export const required = { ImageNamePattern: 'studio-*' };

const deployment = (partition: string) => ({
  Region: 'eu-west-1',
  AccountId: '111122223333',
  partition,
  StackName: 'provider',
  baseFolder: '/project',
});

/** The functions, outputs and exports. */
export function deployed(parameters: Readonly<Record<string, string>> = {}) {
  return readFunctions(template, { ...required, ...parameters }, deployment('aws'));
}

/** The properties of a resource, with every intrinsic function evaluated. */
export function propertiesOf(
  LogicalResourceId: string,
  { partition = 'aws', ...parameters }: Readonly<Record<string, string>> = {},
): Json | undefined {
  const declaration = template.Resources.get(LogicalResourceId);
  if (declaration === undefined) throw new Error(`template.yaml has no ${LogicalResourceId}`);
  const values = resolveParameters(template, { ...required, ...parameters });
  return evaluate(declaration.Properties, template, deployedScope(template, values, deployment(partition)));
}
