/**
 * The function behind the macro SageMakerImageVersion: CloudFormation hands it a template, and gets the template back
 * with every AWS::SageMaker::ImageVersion turned into the provider's custom resource. It loads neither the SDK nor the
 * logger: there is nothing to call.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
import { jsonLog } from './json-log.ts';
import type { Log } from './log.ts';
import { type MacroResponse, standIn } from './macro/stand-in.ts';

export interface MacroDependencies {
  /** The ARN of the provider's function: a macro's answer cannot contain Fn::ImportValue. */
  readonly ServiceToken: string;
  readonly log: Log;
}

/** What Lambda calls: resolves with a fragment or with what is wrong, and rejects where CloudFormation is not the caller. */
export type MacroHandler = (event: unknown) => Promise<MacroResponse>;

/** A handler over given dependencies. */
export function createMacro({ ServiceToken, log }: MacroDependencies): MacroHandler {
  return async (event) => {
    const response = standIn(event, ServiceToken);
    const { requestId, status } = response;
    if (status === 'failure') log.warn('The template was refused', { requestId, errorMessage: response.errorMessage });
    else log.info('The template was processed', { requestId });
    return response;
  };
}

/** Lambda starts the function with the variable that template.yaml sets; without it every template would be broken. */
function serviceToken(): string {
  const { SERVICE_TOKEN } = process.env;
  if (SERVICE_TOKEN) return SERVICE_TOKEN;
  throw new Error('The environment variable SERVICE_TOKEN must be the ARN of the function that provides the resource.');
}

export const handler: MacroHandler = async (event) =>
  createMacro({ ServiceToken: serviceToken(), log: jsonLog() })(event);
