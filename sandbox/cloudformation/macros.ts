/**
 * Runs the macros of the Transform section: CreateStack and UpdateStack do this before anything else with a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
import { isMap, type Json, type JsonMap, mapOf, ownEntry } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import { resolveParameters } from '../template/parameters.ts';
import { parse, parseTemplate } from '../template/parse.ts';
import { plainTemplate } from '../template/read-yaml.ts';
import { throwValidationError } from './refusals.ts';
import type { Account } from './settings.ts';
import type { StackSource } from './stack.ts';

export interface MacroServices {
  /** The ARN of each deployed macro's function, by the name of the macro. */
  readonly macros: Readonly<Record<string, string>>;
  /** Resolves with the payload that the function returns, or with undefined if the invocation fails. */
  readonly invokeFunction: (functionArn: string, event: Json) => Promise<Json | undefined>;
  readonly random: Random;
}

export function namesMacros({ templateText, fileName }: StackSource): boolean {
  if (!templateText.includes('Transform')) return false;
  return (parse(templateText, fileName).template?.macros.length ?? 0) > 0;
}

/** The processed source. Rejects with TemplateError, CloudFormationError for a macro, or Error for wrong parameters. */
export async function processMacros(source: StackSource, account: Account, services: MacroServices) {
  const template = parseTemplate(source.templateText, source.fileName);
  const parameters = resolveParameters(template, source.parameters, source.storedValues);
  const { region, accountId } = account;
  let { Transform, ...fragment } = plainTemplate(source.templateText);
  for (const { Name, Parameters } of template.macros) {
    const functionArn = ownEntry(services.macros, Name) ?? refuseUnknownMacro(Name, account);
    const ids = { region, accountId, transformId: `${accountId}::${Name}`, requestId: randomUuid(services.random) };
    const event = { ...ids, fragment, params: Parameters, templateParameterValues: parameters };
    const response = mapOf(await services.invokeFunction(functionArn, event));
    // CloudFormation treats an answer to another request like an empty one: as malformed.
    const isForThisRequest = response['requestId'] === ids.requestId;
    fragment = returnedFragment(isForThisRequest ? response : {}, ids.transformId);
  }
  const fileName = `${source.fileName} (processed)`;
  // The sandbox reads AWS's own transforms in the processed template.
  const own = [Transform ?? []].flat().filter((each) => typeof each === 'string' && each.startsWith('AWS::'));
  const processed = own.length === 0 ? fragment : { Transform: own, ...fragment };
  return { ...source, templateText: JSON.stringify(processed, null, 2), fileName };
}

function returnedFragment({ status, errorMessage, fragment }: JsonMap, transformId: string): JsonMap {
  if (typeof status === 'string' && status.toLowerCase() !== 'success') {
    const why = typeof errorMessage === 'string' ? `with: ${errorMessage}` : 'without an error message.';
    throwValidationError(`Transform ${transformId} failed ${why}`);
  }
  if (typeof status === 'string' && isMap(fragment)) return fragment;
  return throwValidationError(`Received malformed response from transform ${transformId}.`);
}

export function refuseUnknownMacro(Name: string, { accountId }: Account): never {
  throwValidationError(`No transform named ${accountId}::${Name} found.`);
}
