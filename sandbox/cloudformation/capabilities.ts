/**
 * The capabilities with which the caller confirms that a template may change IAM resources or runs macros.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
import { isMap } from '../json.ts';
import { parse } from '../template/parse.ts';
import { CloudFormationError } from './refusals.ts';
import type { StackSource } from './stack.ts';

const iamTypes = /^AWS::IAM::(AccessKey|Group|InstanceProfile|(Managed)?Policy|Role|User|UserToGroupAddition)$/;
const names = ['RoleName', 'UserName', 'GroupName', 'InstanceProfileName', 'ManagedPolicyName'];

/** What the resources of a template need, and the types because of which they do. */
export function iamCapabilities({ templateText, fileName }: StackSource) {
  const declarations = [...(parse(templateText, fileName).template?.Resources.values() ?? [])];
  const concerned = declarations.filter(({ Type }) => iamTypes.test(Type));
  const hasNames = concerned.some(
    ({ Properties }) => isMap(Properties) && names.some((name) => Object.hasOwn(Properties, name)),
  );
  const needed = hasNames ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  return { Capabilities: concerned.length > 0 ? [needed] : [], types: [...new Set(concerned.map(({ Type }) => Type))] };
}

/** Throws if the caller has not given what the template needs. Creating a change set confirms its macros. */
export function checkCapabilities(
  source: StackSource,
  given: readonly string[] = [],
  { expandsMacros = false } = {},
): void {
  const { template } = parse(source.templateText, source.fileName);
  const confirmed = given.includes('CAPABILITY_NAMED_IAM') ? [...given, 'CAPABILITY_IAM'] : given;
  const macros = !expandsMacros && (template?.macros.length ?? 0) > 0 ? ['CAPABILITY_AUTO_EXPAND'] : [];
  const missing = [...iamCapabilities(source).Capabilities, ...macros].filter((each) => !confirmed.includes(each));
  if (missing.length === 0) return;
  throw new CloudFormationError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
