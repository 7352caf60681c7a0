/** `--fault NAME[=ARGUMENT]`: the faults by name, how their arguments are read, and why a fault did not happen. */
import {
  type ApiFault,
  type CallFault,
  type Fault,
  forever,
  personActs,
  stackOperations,
  staleOperations,
  type VersionOperation,
  versionOperations,
} from '../faults/fault.ts';
import { longestBehindMs } from '../faults/fault-injector.ts';
import { ownEntry } from '../json.ts';
import { didYouMean, meantOrAll } from '../template/nearest-name.ts';
import { wrapped } from './terminal.ts';

/** A fault from the command line; `given` is the value of the option. */
export type AskedFault = Fault & { readonly name: string; readonly given: string };

interface Kind {
  /** As help shows it, after the name. */
  readonly argument: string;
  /** One or more sentences. */
  readonly description: string;
  /** Whether two faults of this name contradict each other. */
  readonly isOnce: boolean;
  /** Returns what is wrong with an argument that it cannot read; '' is no argument. */
  readonly read: (argument: string) => Fault | string;
}

type HitCalls = Pick<CallFault, 'operations' | 'count' | 'share'>;

const firstCalls: HitCalls = { operations: versionOperations, count: 3 };
const firstCount = { name: 'COUNT', usual: 3 };

const kinds: Readonly<Record<string, Kind>> = {
  throttle: ofCalls('throttle', 'SageMaker answers ThrottlingException.'),
  fail: ofCalls('fail', 'SageMaker answers InternalFailure with status 500.'),
  'in-use': ofCalls('in-use', 'SageMaker answers ResourceInUse, as if somebody changed the image at the same time.'),
  'access-denied': ofCalls(
    'access-denied',
    'SageMaker answers AccessDeniedException, as if the role has no permission. Without HITS, it denies every call.',
    { operations: versionOperations, count: forever },
  ),
  reset: ofCalls('reset', 'The connection breaks before SageMaker receives the call.'),
  'lost-answer': ofCalls('lost-answer', 'SageMaker carries out the call. The connection breaks before the answer.'),
  slow: ofCalls('slow', 'SageMaker answers 8 seconds late.'),
  hang: ofCalls('hang', 'SageMaker carries out the call and never answers.'),
  kill: ofCalls(
    'kill',
    'SageMaker carries out the call, and the process of the provider is killed. Lambda tries again after 60 s, then ' +
      'after 120 s. Without HITS, it is the first call that changes something.',
    { operations: ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'], count: 1 },
  ),
  rate: withNumber('SageMaker throttles more than CALLS calls per second.', { name: 'CALLS', usual: 5 }, (calls) => {
    return { on: 'rate', capacity: calls, perSecond: calls };
  }),
  stale: ofReads(staleOperations, 'SageMaker shows versions and aliases as they were SECONDS ago.'),
  'create-failed': ofChanges('creation', 'Versions end in CREATE_FAILED.'),
  'delete-failed': ofChanges('deletion', 'Versions end in DELETE_FAILED.'),
  person: {
    argument: '=ACT:IMAGE[:ALIAS]',
    description: 'Before the operation begins, a person changes the image by hand. See ACT below.',
    isOnce: false,
    read: readPerson,
  },
  break: always('Every invocation of the provider fails. The failsafe answers each request after 3 minutes.', {
    on: 'provider',
    does: 'break',
  }),
  'lambda-throttle': withNumber('Lambda throttles the first COUNT deliveries.', firstCount, (count) => {
    return { on: 'attempt', does: 'throttle', nth: 1, count, times: 1 };
  }),
  late: delayed('late', 30, 'Every request reaches the provider SECONDS late.'),
  duplicate: delayed('duplicate', 1, 'Every request reaches the provider twice, the second time SECONDS later.'),
  'bucket-refuses': withNumber('S3 answers the first COUNT responses with status 503.', firstCount, (count) => {
    return { on: 'delivery', does: 'status 503', nth: 1, count };
  }),
  'stacks-throttle': ofStacks('throttle', 'CloudFormation throttles the first COUNT calls of the provider.'),
  'stacks-fail': ofStacks('fail', 'CloudFormation answers the first COUNT calls of the provider with status 500.'),
  'stacks-reset': ofStacks(
    'reset',
    'The connection breaks before CloudFormation answers, for the first COUNT calls of the provider.',
  ),
  'stacks-stale': ofReads(stackOperations, 'CloudFormation shows stacks as they were SECONDS ago.'),
  'stacks-denied': always('CloudFormation denies every call of the provider, as a permissions boundary can.', {
    on: 'CloudFormation',
    does: 'access-denied',
    nth: 1,
    count: forever,
  }),
};

/** What `--fault` has said, and everything that is wrong with it. */
export function readFaults(given: readonly string[]) {
  const read = given.map((text, index) => readFault(text, given.slice(0, index)));
  const problems = read.filter((each) => typeof each === 'string');
  return { faults: read.filter((each) => typeof each !== 'string'), problems };
}

/** The fault, or what is wrong with it. */
function readFault(text: string, earlier: readonly string[]): AskedFault | string {
  const nameIn = (option: string) => option.replace(/=.*/s, '');
  const name = nameIn(text);
  const names = Object.keys(kinds);
  const kind = ownEntry(kinds, name);
  if (kind === undefined) return `--fault ${text}: there is no fault "${name}" here.${didYouMean(name, names)}`;
  if (text === `${name}=`) return `--fault ${text}: nothing follows the "=".`;
  const twin = kind.isOnce ? earlier.find((other) => nameIn(other) === name) : undefined;
  if (twin !== undefined) return `--fault ${text}: there is --fault ${twin} already. Keep one of them.`;
  const fault = kind.read(text.slice(name.length + 1));
  return typeof fault === 'string' ? `--fault ${text}: ${fault}` : { ...fault, name, given: text };
}

const helpWidth = 100;

/** The list of faults for help texts and for problems, with lines of at most 100 columns. */
export function faultLines(): readonly string[] {
  const faults = Object.entries(kinds).flatMap(([name, { argument, description }]) => {
    return [`  ${name}${argument}`, ...wrapped(description, helpWidth - 6).map((line) => `      ${line}`)];
  });
  return [
    'Faults:',
    ...faults,
    '',
    'HITS selects the calls about versions:',
    '    3                               the first 3 calls (the default of most faults)',
    '    20%                             each call, with a probability of 20%',
    '    CreateImageVersion              the calls of this operation: as many as without HITS',
    '    CreateImageVersion:1            the first call of this operation',
    '    CreateImageVersion:20%          each call of this operation, with a probability of 20%',
    ...wrapped(`The operations are ${versionOperations.join(', ')}.`, helpWidth - 4).map((line) => `    ${line}`),
    'TEXT selects the versions whose BaseImage contains it. Without TEXT, all versions are selected.',
    'ACT is what the person does:',
    '    move-alias:IMAGE:ALIAS          gives the alias to a version of the person',
    '    delete-version:IMAGE[:ALIAS]    deletes the version with the alias, or else the newest one',
    '    create-version:IMAGE            creates a version',
    '    create-image-again:IMAGE        deletes the image with its versions, and creates it again',
  ];
}

function ofCalls(does: CallFault['does'], description: string, usual = firstCalls): Kind {
  const read = (argument: string): Fault | string => {
    const hits = readHits(argument, usual);
    return typeof hits === 'string' ? hits : { on: 'call', does, nth: 1, ...hits };
  };
  return { argument: '[=HITS]', description, isOnce: false, read };
}

function ofChanges(on: 'creation' | 'deletion', description: string): Kind {
  const read = (text: string): Fault => ({ on, nth: 1, count: forever, text });
  return { argument: '[=TEXT]', description, isOnce: false, read };
}

function always(description: string, fault: Fault): Kind {
  const read = (argument: string) => (argument === '' ? fault : 'it takes no argument.');
  return { argument: '', description, isOnce: true, read };
}

function delayed(does: 'late' | 'duplicate', usual: number, description: string): Kind {
  return withNumber(description, { name: 'SECONDS', usual }, (seconds) => {
    return { on: 'attempt', does, nth: 1, count: forever, isFirstOnly: true, ms: seconds * 1000 };
  });
}

function ofReads(operations: Extract<Fault, { on: 'reads' }>['operations'], description: string): Kind {
  return withNumber(description, { name: 'SECONDS', usual: 5, most: longestBehindMs / 1000 }, (seconds) => {
    return { on: 'reads', operations, behindMs: seconds * 1000, afterMs: 0, ms: forever };
  });
}

function ofStacks(does: ApiFault['does'], description: string): Kind {
  return withNumber(description, firstCount, (count) => ({ on: 'CloudFormation', does, nth: 1, count }));
}

function withNumber(
  description: string,
  { name, usual, most = 99_999 }: { readonly name: string; readonly usual: number; readonly most?: number },
  make: (value: number) => Fault,
): Kind {
  const read = (argument: string) => {
    if (argument === '') return make(usual);
    const value = Number(argument);
    const isInRange = /^\d+$/.test(argument) && value >= 1 && value <= most;
    return isInRange ? make(value) : `${name} is a whole number from 1 to ${most}.`;
  };
  return { argument: `[=${name}]`, description: `${description} The default is ${usual}.`, isOnce: true, read };
}

function readPerson(argument: string): Fault | string {
  const [act = '', ImageName = '', Alias = '', ...more] = argument.split(':');
  const does = personActs.find((each) => each === act);
  if (does === undefined) return `there is no act "${act}".${meantOrAll(act, personActs)}`;
  const isAllowed = { ':ALIAS': Alias !== '', '[:ALIAS]': true, '': Alias === '' }[aliasUse[does]];
  const isRight = ImageName !== '' && more.length === 0 && isAllowed;
  return isRight ? { on: 'person', does, ImageName, Alias, afterMs: 0 } : `write ${act}:IMAGE${aliasUse[does]}.`;
}

const aliasUse = {
  'move-alias': ':ALIAS',
  'delete-version': '[:ALIAS]',
  'create-version': '',
  'create-image-again': '',
} as const satisfies Readonly<Record<(typeof personActs)[number], string>>;

/** The fault as it is reported when it happens to `what`. */
export function faultDescription(fault: AskedFault, what: string): string {
  if (fault.on === 'attempt' && fault.does === 'late') return `${fault.name} (by ${fault.ms / 1000} s)`;
  if (fault.on === 'person') return `${fault.name} (${fault.does}, image ${what})`;
  return ['call', 'reads', 'rate', 'creation', 'deletion'].includes(fault.on) ? `${fault.name} (${what})` : fault.name;
}

/** Says why a fault did not happen. Without `called`, SageMaker's operations that were called, nothing was carried out. */
export function missed(fault: AskedFault, called?: readonly string[]): string {
  const why = called === undefined ? 'nothing was carried out' : whyMissed(fault, called);
  return `--fault ${fault.given} did not happen: ${why}.`;
}

function whyMissed(fault: AskedFault, called: readonly string[]): string {
  if (fault.on === 'creation' || fault.on === 'deletion') {
    const none = `no version was ${fault.on === 'creation' ? 'created' : 'deleted'}`;
    return fault.text ? `${none} whose BaseImage has "${fault.text}" in it` : none;
  }
  if (fault.on === 'delivery') return 'no response was sent';
  if (fault.on === 'person') return `there is no image ${fault.ImageName}`;
  if (fault.on === 'CloudFormation')
    return 'the provider made no call to CloudFormation, or another fault came first at each call';
  if (fault.on === 'reads') return `there was no call of ${fault.operations.join(' or ')}`;
  if (fault.on === 'rate') return `there were never more than ${fault.perSecond} calls per second`;
  if (fault.on !== 'call') return 'no request came to the provider';
  const { operations, share = 1 } = fault;
  const call = operations === versionOperations ? 'call about versions' : `call of ${operations.join(' or ')}`;
  if (share < 1) return `no ${call} was selected by chance`;
  const isCalled = operations.some((operation) => called.includes(operation));
  return isCalled ? `another fault came first at each ${call}` : `there was no ${call}`;
}

/** Reads `3`, `20%`, `CreateImageVersion` or `CreateImageVersion:3`; the rest is as in `usual`. */
function readHits(argument: string, usual: HitCalls): HitCalls | string {
  if (argument === '') return usual;
  const [first = '', second, ...more] = argument.split(':');
  if (more.length > 0) return `"${argument}" has more than one colon.`;
  if (second === undefined && /^[^A-Za-z]/.test(first)) return withAmount(usual.operations, first);
  const operation = versionOperations.find((each) => each === first);
  if (operation === undefined) return `there is no operation "${first}".${hintOfOperation(first)}`;
  return second === undefined ? { ...usual, operations: [operation] } : withAmount([operation], second);
}

function withAmount(operations: readonly VersionOperation[], amount: string): HitCalls | string {
  if (!/^\d+%?$/.test(amount)) {
    return `"${amount}" is neither a number of calls (3) nor a share of them (20%), both whole.`;
  }
  const value = Number.parseInt(amount, 10);
  if (!amount.endsWith('%')) return value >= 1 ? { operations, count: value } : 'a number of calls is 1 or more.';
  const isShare = value >= 1 && value <= 100;
  return isShare ? { operations, count: forever, share: value / 100 } : 'a share is 1% to 100%.';
}

function hintOfOperation(name: string): string {
  const lower = name.toLowerCase();
  const [only, ...others] = versionOperations.filter((each) => lower !== '' && each.toLowerCase().startsWith(lower));
  const isClear = only !== undefined && others.length === 0;
  return isClear ? ` Did you mean "${only}"?` : meantOrAll(name, versionOperations);
}
