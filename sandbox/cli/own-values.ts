/**
 * What the provider will say of values that a template has written out. What they must be is what SageMaker wants, and
 * little more.
 */
import { serviceTimeout, serviceTimeoutRange } from '../cloudformation/custom-resource.ts';
import { shown, type ValueRule, type ValueRules } from '../cloudformation/value-rules.ts';
import type { Json } from '../json.ts';
import { Alias, BaseImage, ImageName, metadataMembers } from '../sagemaker/members.ts';
import { type Shape, text } from '../sagemaker/shapes.ts';
import { scalarText } from '../template/intrinsics.ts';
import { ownAliasPrefix } from './image-versions.ts';

/** The provider's own, with SageMaker's limits for a text beside it. */
const Revision = text({ min: 1, max: 128 });
/** SageMaker takes a control character; the provider has BaseImage in every answer, and does not. */
const printable = /^\P{Cc}*$/u;

const { Horovod, ...metadataTexts } = metadataMembers;

export const ownRules: ValueRules = {
  values: new Map<string, ValueRule>([
    ['ImageName', first(noArn, textRule(ImageName))],
    ['BaseImage', first(textRule(BaseImage), noControlCharacter)],
    ['Revision', textRule(Revision)],
    ['Alias', aliasRule()],
    ['Horovod', (value) => mustBe(Horovod, value, ['true', 'false'].includes(scalarText(value) ?? ''))],
    ...Object.entries(metadataTexts).map(([name, shape]): [string, ValueRule] => [name, textRule(shape)]),
    ['ServiceTimeout', timeoutRule],
  ]),
  items: new Map([['Aliases', aliasRule()]]),
};

/** CloudFormation makes a text of every scalar: 42 may stand where a text is meant. */
function textRule(shape: Shape<string>): ValueRule {
  return (value) => {
    const given = scalarText(value);
    return mustBe(shape, value, given !== undefined && shape.read(given, '', []) !== undefined);
  };
}

function mustBe({ words }: Shape<unknown>, value: Json, isSo: boolean): string | undefined {
  return isSo ? undefined : `must be ${words}, not ${shown(value)}.`;
}

/** What the first of the rules that is broken says. */
function first(...rules: readonly ValueRule[]): ValueRule {
  return (value) => rules.map((rule) => rule(value)).find((wrong) => wrong !== undefined);
}

function aliasRule(): ValueRule {
  return first(noAliasOfTheProvider, textRule(Alias));
}

function noArn(value: Json): string | undefined {
  return scalarText(value)?.startsWith('arn:')
    ? `is ${shown(value)}: that is an ARN; write the image's name.`
    : undefined;
}

function noControlCharacter(value: Json): string | undefined {
  return printable.test(scalarText(value) ?? '')
    ? undefined
    : `must be a text without control characters, not ${shown(value)}.`;
}

function noAliasOfTheProvider(value: Json): string | undefined {
  return scalarText(value)?.startsWith(ownAliasPrefix)
    ? `must not begin with "${ownAliasPrefix}", which the provider keeps for its own aliases.`
    : undefined;
}

function timeoutRule(value: Json): string | undefined {
  return serviceTimeout(value) === undefined ? `must be ${serviceTimeoutRange}, not ${shown(value)}.` : undefined;
}
