/**
 * The arguments of each intrinsic function, as data. `check-value.ts` and `sections.ts` check a template's calls with it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { isIntrinsicName } from './evaluate.ts';
import { type Entry, entriesOf, type Node, scalarTextOf } from './syntax-tree.ts';

interface Signature {
  /** The valid arguments, as the end of the sentence "Fn::X takes …". */
  readonly takes: string;
  readonly fits: (argument: Node) => boolean;
  /** Why its argument may not refer to a resource, as a sentence. */
  readonly noResources?: string;
}

type Fits = Signature['fits'];

const isAnything: Fits = () => true;
const isText: Fits = (node) => scalarTextOf(node) !== undefined;
const isName: Fits = (node) => (scalarTextOf(node) ?? '') !== '';
const isCall: Fits = (node) => callIn(node) !== undefined;
const isNameOrCall: Fits = (node) => isName(node) || isCall(node);
const isTextOrCall: Fits = (node) => isText(node) || isCall(node);
const isListOrCall: Fits = (node) => node.kind === 'list' || isCall(node);
const isIndex: Fits = (node) => isCall(node) || /^\d+$/.test(scalarTextOf(node) ?? '');

export const valueFunctions: ReadonlyMap<string, Signature> = new Map(
  Object.entries<Signature>({
    Ref: { takes: 'one name, of a parameter or a resource', fits: isName },
    'Fn::GetAtt': {
      takes: 'two names, Resource.Attribute or [Resource, Attribute]',
      fits: isListOf(isName, isNameOrCall),
    },
    'Fn::Sub': { takes: 'a text, or a list of a text and a map of its variables', fits: isSubArgument },
    'Fn::Join': {
      takes: 'a list of two: the text to put between, and the list to join',
      fits: isListOf(isText, isListOrCall),
    },
    'Fn::Select': {
      takes: 'a list of two: an index from 0, and the list to select from',
      fits: isListOf(isIndex, isListOrCall),
    },
    'Fn::Split': {
      takes: 'a list of two: the text to split at, and the text to split',
      fits: isListOf(isName, isTextOrCall),
    },
    'Fn::FindInMap': {
      takes: 'a list: the map, its key, the name under that key, and possibly a map with DefaultValue',
      fits: isFindInMapArgument,
      noResources: 'CloudFormation evaluates Fn::FindInMap before it creates any resource.',
    },
    'Fn::If': {
      takes: "a list of three: a condition's name, the value if it holds, and the value if it does not",
      fits: isListOf(isName, isAnything, isAnything),
    },
    'Fn::ImportValue': {
      takes: 'the name of an export',
      fits: isNameOrCall,
      noResources: 'CloudFormation evaluates Fn::ImportValue before it creates any resource.',
    },
    'Fn::Base64': { takes: 'one text', fits: isTextOrCall },
    'Fn::GetAZs': { takes: 'the name of a Region, or nothing', fits: (node) => node.kind === 'scalar' || isCall(node) },
    'Fn::Length': { takes: 'a list', fits: isListOrCall },
    'Fn::ToJsonString': { takes: 'a map or a list', fits: (node) => node.kind !== 'scalar' },
  }),
);

/** The functions of the Conditions section. They return true or false. */
export const conditionFunctions: ReadonlyMap<string, Signature> = new Map(
  Object.entries<Signature>({
    'Fn::And': { takes: 'a list of 2 to 10 conditions', fits: isListOfLength(2, 10) },
    'Fn::Or': { takes: 'a list of 2 to 10 conditions', fits: isListOfLength(2, 10) },
    'Fn::Not': { takes: 'a list of one condition', fits: isListOfLength(1) },
    'Fn::Equals': { takes: 'a list of two values', fits: isListOfLength(2) },
    Condition: { takes: 'the name of a condition', fits: isName },
  }),
);

const ofBoth = ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'];

/** The functions of the Rules section. They return true or false. */
export const ruleFunctions: ReadonlyMap<string, Signature> = new Map([
  ...[...conditionFunctions].filter(([name]) => ofBoth.includes(name)),
  ...Object.entries<Signature>({
    'Fn::Contains': { takes: 'a list of two: the list, and the value to look for', fits: isListOfLength(2) },
    'Fn::EachMemberEquals': { takes: 'a list of two: the list, and the value of each member', fits: isListOfLength(2) },
    'Fn::EachMemberIn': { takes: 'a list of two lists', fits: isListOfLength(2) },
  }),
]);

/** CloudFormation's functions that the sandbox does not simulate. Those of rules read the account. */
export const functionsNotSimulated = ['Fn::Cidr', 'Fn::RefAll', 'Fn::Transform', 'Fn::ValueOf', 'Fn::ValueOfAll'];

/** The call of a function, if `node` is one: a map whose only key is `Ref` or `Fn::…`. */
export function callIn(node: Node): Entry | undefined {
  const [entry, ...others] = entriesOf(node);
  return entry !== undefined && others.length === 0 && isIntrinsicName(entry.key) ? entry : undefined;
}

function isListOf(...fits: readonly Fits[]): Fits {
  return (argument) =>
    argument.kind === 'list' &&
    argument.items.length === fits.length &&
    argument.items.every((item, index) => fits[index]?.(item));
}

function isListOfLength(least: number, most = least): Fits {
  return (argument) => argument.kind === 'list' && argument.items.length >= least && argument.items.length <= most;
}

function isSubArgument(argument: Node): boolean {
  return isText(argument) || isListOf(isText, (given) => given.kind === 'map')(argument);
}

function isFindInMapArgument(argument: Node): boolean {
  const hasDefault: Fits = (node) => entriesOf(node).length === 1 && entriesOf(node)[0]?.key === 'DefaultValue';
  const names = [isNameOrCall, isNameOrCall, isNameOrCall];
  return isListOf(...names)(argument) || isListOf(...names, hasDefault)(argument);
}
