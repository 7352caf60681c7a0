/**
 * CloudFormation's API: each operation takes the parameters of a Query request and returns the members of its result.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { type ReadableStacks, readingOperations } from './api-reading.ts';
import { type TemplateStore, templateOperations } from './api-templates.ts';
import { writingOperations } from './api-writing.ts';
import type { CloudFormation } from './cloudformation.ts';
import { openCall } from './query.ts';
import { CloudFormationError } from './refusals.ts';

/** Stacks that can only be read, or a CloudFormation that carries out operations. */
export type ApiServices = (ReadableStacks | (ReadableStacks & CloudFormation)) &
  TemplateStore & {
    /** Called with the name of each operation before it is carried out; what it throws is the answer. */
    readonly refuseQuery?: (operation: string) => void;
  };

/** The result of the operation that the parameter Action names. Rejects with the API's CloudFormationError. */
export async function answerQuery(services: ApiServices, parameters: URLSearchParams): Promise<object | undefined> {
  const action = parameters.get('Action') ?? '';
  services.refuseQuery?.(action);
  const reading = readingOperations.get(action);
  if (reading) return reading.act(openCall(parameters, reading), services);
  const writing = writingOperations.get(action) ?? templateOperations.get(action);
  if (writing && 'begin' in services) return writing.act(openCall(parameters, writing), services);
  throw new CloudFormationError('InvalidAction', `Could not find operation ${action} for version 2010-05-15`);
}
