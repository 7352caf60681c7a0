/** Whose provider a ServiceToken belongs to, as far as a template shows it. */

import { isList, isMap, type Json } from '../json.ts';
import { intrinsicCall } from '../template/evaluate.ts';
import type { Template } from '../template/template.ts';

/** The name of the provider's function, unless it is deployed under another one. */
const providerName = 'sagemaker-image-version-provider';

export type Whose = 'ours' | 'theirs' | 'unknown';

/** `ServiceToken` as the template has it. */
export function whoseToken(ServiceToken: Json | undefined, { Resources }: Pick<Template, 'Resources'>): Whose {
  if (typeof ServiceToken === 'string') return whoseArn(ServiceToken);
  const { name, argument } = (isMap(ServiceToken) ? intrinsicCall(ServiceToken) : undefined) ?? {};
  switch (name) {
    case 'Fn::ImportValue':
      return argument === `${providerName}-ServiceToken` ? 'ours' : 'unknown';
    case 'Fn::Sub':
      return typeof argument === 'string' ? whoseArn(argument) : 'unknown';
    case 'Ref':
    case 'Fn::GetAtt': {
      const [LogicalResourceId] = isList(argument) ? argument : [argument];
      const { Type = '' } = Resources.get(String(LogicalResourceId)) ?? {};
      // A function in the template itself.
      return /^AWS::(Lambda|Serverless|SNS)::/.test(Type) ? 'theirs' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

/** `text` is an ARN, or an Fn::Sub that makes one. A variable in the function's name makes the answer unknown. */
export function whoseArn(text: string): Whose {
  const arn = text.replace(/\$\{[^}]*\}/g, '$');
  if (!arn.startsWith('arn:')) return 'unknown';
  const [, name = ''] = /:function:([^:]*)/.exec(arn) ?? [];
  if (name.includes('$')) return 'unknown';
  return name === providerName ? 'ours' : 'theirs';
}
