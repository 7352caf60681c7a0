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
      takes: 'a list of three: the map, its key, and the name under that key',
      fits: isListOf(isNameOrCall, isNameOrCall, isNameOrCall),
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
  }),
);

/** The functions of the Conditions section. They return true or false. */
export const conditionFunctions: ReadonlyMap<string, Signature> = new Map(
  Object.entries<Signature>({
    'Fn::And': { takes: 'a list of 2 to 10 conditions', fits: (argument) => hasItems(argument, 2, 10) },
    'Fn::Or': { takes: 'a list of 2 to 10 conditions', fits: (argument) => hasItems(argument, 2, 10) },
    'Fn::Not': { takes: 'a list of one condition', fits: (argument) => hasItems(argument, 1, 1) },
    'Fn::Equals': { takes: 'a list of two values', fits: (argument) => hasItems(argument, 2, 2) },
    Condition: { takes: 'the name of a condition', fits: isName },
  }),
);

/** CloudFormation's functions that the sandbox does not simulate, including those of the Rules section. */
export const functionsNotSimulated = [
  'Fn::Cidr',
  'Fn::Contains',
  'Fn::EachMemberEquals',
  'Fn::EachMemberIn',
  'Fn::GetAZs',
  'Fn::Length',
  'Fn::RefAll',
  'Fn::ToJsonString',
  'Fn::Transform',
  'Fn::ValueOf',
  'Fn::ValueOfAll',
];

/** The call of a function, if `node` is one: a map whose only key is `Ref` or `Fn::…`. */
export function callIn(node: Node): Entry | undefined {
  const [entry, ...others] = entriesOf(node);
  return entry !== undefined && others.length === 0 && isIntrinsicName(entry.key) ? entry : undefined;
}

function isListOf(...fits: readonly Signature['fits'][]): Signature['fits'] {
  return (argument) =>
    argument.kind === 'list' &&
    argument.items.length === fits.length &&
    argument.items.every((item, index) => fits[index]?.(item));
}

function hasItems(argument: Node, least: number, most: number): boolean {
  return argument.kind === 'list' && argument.items.length >= least && argument.items.length <= most;
}

function isSubArgument(argument: Node): boolean {
  return isText(argument) || isListOf(isText)(argument) || isListOf(isText, (given) => given.kind === 'map')(argument);
}

function isAnything(): boolean {
  return true;
}

function isText(node: Node): boolean {
  return scalarTextOf(node) !== undefined;
}

function isName(node: Node): boolean {
  return (scalarTextOf(node) ?? '') !== '';
}

function isCall(node: Node): boolean {
  return callIn(node) !== undefined;
}

function isNameOrCall(node: Node): boolean {
  return isName(node) || isCall(node);
}

function isTextOrCall(node: Node): boolean {
  return isText(node) || isCall(node);
}

function isListOrCall(node: Node): boolean {
  return node.kind === 'list' || isCall(node);
}

function isIndex(node: Node): boolean {
  return isCall(node) || /^\d+$/.test(scalarTextOf(node) ?? '');
}
