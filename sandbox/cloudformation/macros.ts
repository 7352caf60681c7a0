/**
 * Runs the macros of the Transform section: CreateStack and UpdateStack do this before anything else with a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
import { LineCounter } from 'yaml';
import { isMap, type JsonMap } from '../json.ts';
import type { InvokeFunction } from '../lambda/function.ts';
import { type Random, randomUuid } from '../random.ts';
import { resolveParameters } from '../template/parameters.ts';
import { parse, parseTemplate } from '../template/parse.ts';
import { readYaml } from '../template/read-yaml.ts';
import { plain } from '../template/syntax-tree.ts';
import type { MacroCall, Scope } from '../template/template.ts';
import { CloudFormationError } from './refusals.ts';
import type { Account } from './settings.ts';
import type { StackSource } from './stack.ts';

export interface MacroServices {
  /** The ARN of each deployed macro's function, by the name of the macro. */
  readonly macros: Readonly<Record<string, string>>;
  readonly invokeFunction: InvokeFunction;
  readonly random: Random;
}

export function namesMacros({ templateText, fileName }: StackSource): boolean {
  if (!templateText.includes('Transform')) return false;
  const { template } = parse(templateText, fileName);
  return template !== undefined && template.macros.length > 0;
}

/**
 * The source with the processed template as JSON. Rejects with TemplateError if the template cannot be read, with
 * CloudFormationError if a macro is missing or fails, and with Error if the parameters do not fit.
 */
export async function processMacros(
  source: StackSource,
  account: Account,
  services: MacroServices,
): Promise<StackSource> {
  const template = parseTemplate(source.templateText, source.fileName);
  const parameters = resolveParameters(template, source.parameters);
  let fragment = withoutTransform(source.templateText);
  for (const macro of template.macros) {
    fragment = await processMacro(macro, { fragment, parameters }, account, services);
  }
  const fileName = `${source.fileName} (processed)`;
  return { ...source, templateText: JSON.stringify(fragment, null, 2), fileName };
}

function withoutTransform(templateText: string): JsonMap {
  const root = readYaml(templateText, new LineCounter(), () => {});
  const document = root === undefined ? {} : plain(root);
  const { Transform: _, ...rest } = isMap(document) ? document : {};
  return rest;
}

async function processMacro(
  { Name, Parameters }: MacroCall,
  { fragment, parameters }: { readonly fragment: JsonMap; readonly parameters: Scope['parameters'] },
  account: Account,
  { macros, invokeFunction, random }: MacroServices,
): Promise<JsonMap> {
  const functionArn = Object.hasOwn(macros, Name) ? macros[Name] : undefined;
  if (functionArn === undefined) throw unknownMacro(Name, account);
  const { region, accountId } = account;
  const transformId = `${accountId}::${Name}`;
  const requestId = randomUuid(random);
  const result = await invokeFunction(functionArn, {
    region,
    accountId,
    fragment,
    transformId,
    params: Parameters,
    requestId,
    templateParameterValues: parameters,
  });
  const response = result.outcome === 'returned' && isMap(result.payload) ? result.payload : {};
  const { status, errorMessage } = response;
  if (response['requestId'] !== requestId || typeof status !== 'string') throw malformed(transformId);
  if (status.toLowerCase() !== 'success') {
    const why = typeof errorMessage === 'string' ? `with: ${errorMessage}` : 'without an error message.';
    throw refusal(`Transform ${transformId} failed ${why}`);
  }
  if (!isMap(response['fragment'])) throw malformed(transformId);
  return response['fragment'];
}

export function unknownMacro(Name: string, { accountId }: Account): CloudFormationError {
  return refusal(`No transform named ${accountId}::${Name} found.`);
}

function malformed(transformId: string): CloudFormationError {
  return refusal(`Received malformed response from transform ${transformId}.`);
}

function refusal(message: string): CloudFormationError {
  return new CloudFormationError('ValidationError', message);
}
