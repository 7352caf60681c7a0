/**
 * The function of the macro SageMakerImageVersion. CloudFormation sends it a template, and it returns the template with a
 * custom resource of the provider in place of each AWS::SageMaker::ImageVersion. It calls no service, so it loads neither
 * the SDK nor the logger.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
import { jsonLog, type Log } from './log.ts';
import { type MacroResponse, transform } from './macro/transform.ts';

export interface MacroDependencies {
  /** The ARN of the provider's function: a macro's answer cannot contain Fn::ImportValue. */
  readonly ServiceToken: string;
  readonly log: Log;
}

/** The function that Lambda calls. Rejects if the event is no request for a macro, or if SERVICE_TOKEN is missing. */
export type MacroHandler = (event: unknown) => Promise<MacroResponse>;

/** Makes a handler from the given dependencies. */
export function createMacro({ ServiceToken, log }: MacroDependencies): MacroHandler {
  return async (event) => {
    const response = transform(event, ServiceToken);
    const { requestId } = response;
    if (response.status === 'success') log.info('Transformed the template', { requestId });
    else log.warn(`The macro refused a template. Correct the template: ${response.errorMessage}`, { requestId });
    return response;
  };
}

/** template.yaml sets the variable. Without it, the macro would break every template. */
function serviceToken(): string {
  const { SERVICE_TOKEN } = process.env;
  if (SERVICE_TOKEN) return SERVICE_TOKEN;
  throw new Error('The environment variable SERVICE_TOKEN must be the ARN of the function that provides the resource.');
}

export const handler: MacroHandler = async (event) =>
  createMacro({ ServiceToken: serviceToken(), log: jsonLog() })(event);
