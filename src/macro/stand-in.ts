/**
 * The macro's whole work, as a pure function: a request of CloudFormation's to its answer. Called by the entry,
 * `macro.ts`.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
import { asSentence } from '../errors.ts';
import { member } from '../member.ts';
import { missingAttributes } from './attributes.ts';
import { standInResources } from './resources.ts';
import { isMap, type TemplateMap } from './template-value.ts';

/** CloudFormation takes any status but `success` for a failure, and shows the errorMessage to whoever deploys. */
export type MacroResponse =
  | { readonly requestId: string; readonly status: 'success'; readonly fragment: TemplateMap }
  | { readonly requestId: string; readonly status: 'failure'; readonly errorMessage: string };

/**
 * The template with custom resources of the provider `ServiceToken` in place of the native ones and nothing else
 * changed; or everything that keeps it from being so, in one message.
 *
 * @throws Error if `event` is not what CloudFormation sends to a macro
 */
export function standIn(event: unknown, ServiceToken: string): MacroResponse {
  const requestId = member(event, 'requestId');
  const fragment = member(event, 'fragment');
  if (typeof requestId !== 'string') throw new Error('This is no request for a macro: requestId is missing.');
  const refused = (...problems: readonly string[]): MacroResponse => ({
    requestId,
    status: 'failure',
    errorMessage: asSentence(problems.join('; ')),
  });

  // For a call of Fn::Transform, CloudFormation sends only what stands beside the call.
  if (!isMap(fragment) || !isMap(fragment['Resources'])) {
    return refused("SageMakerImageVersion works on a whole template: name it in the template's Transform section");
  }
  const { resources, logicalIds, problems } = standInResources(fragment['Resources'], ServiceToken);
  const all = [...parameterProblems(member(event, 'params')), ...problems, ...missingAttributes(fragment, logicalIds)];
  return all.length > 0
    ? refused(...all)
    : { requestId, status: 'success', fragment: { ...fragment, Resources: resources } };
}

function parameterProblems(params: unknown): readonly string[] {
  const names = isMap(params) ? Object.keys(params) : [];
  return names.map((name) => `SageMakerImageVersion takes no parameters, so take out ${name}`);
}
