/**
 * `--fault NAME[=ARGUMENT]`: the names of the faults, what they do, how their arguments are read, and why one did not
 * happen. `../faults/fault-injector.ts` makes them happen.
 */
import { type CallFault, type Fault, forever, type VersionOperation, versionOperations } from '../faults/fault.ts';
import { didYouMean } from '../template/nearest-name.ts';

/** `serve` has only the faults and switches of SageMaker. */
export type Where = 'operation' | 'serve';

/** A fault from the command line; `given` is the value of the option. */
export type AskedFault = Fault & { readonly name: FaultName; readonly given: string };

interface Kind {
  /** As help shows it, after the name. */
  readonly argument: string;
  readonly description: string;
  /** Whether SageMaker causes it: `serve` has no other faults. */
  readonly isOfSageMaker: boolean;
  /** Whether two faults of this name contradict each other. */
  readonly isOnce: boolean;
  /** Returns what is wrong with an argument that it cannot read; '' is no argument. */
  readonly read: (argument: string) => Fault | string;
}

type HitCalls = Pick<CallFault, 'operations' | 'count' | 'share'>;

type FaultName = keyof typeof kinds;

const firstCalls: HitCalls = { operations: versionOperations, count: 3 };
const everyCall: HitCalls = { operations: versionOperations, count: forever };
const firstChange: HitCalls = {
  operations: ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'],
  count: 1,
};

const kinds = {
  throttle: ofCalls('throttle', 'SageMaker answers ThrottlingException'),
  fail: ofCalls('fail', 'SageMaker answers InternalFailure, status 500'),
  'in-use': ofCalls('in-use', 'SageMaker answers ResourceInUse, as if another call had come first'),
  'access-denied': ofCalls(
    'access-denied',
    'SageMaker answers AccessDeniedException, as if the role lacked a permission',
    everyCall,
  ),
  reset: ofCalls('reset', 'the connection breaks before SageMaker has the call'),
  'lost-answer': ofCalls('lost-answer', 'SageMaker carries the call out; the connection breaks before its answer'),
  slow: ofCalls('slow', 'the answer comes 8 seconds late'),
  hang: ofCalls('hang', 'SageMaker carries the call out, and never answers'),
  kill: {
    ...ofCalls(
      'kill',
      "the provider's process is killed when the call is carried out; Lambda tries again",
      firstChange,
    ),
    isOfSageMaker: false,
  },
  'create-failed': ofChanges('creation', 'versions end in CREATE_FAILED'),
  'delete-failed': ofChanges('deletion', 'versions end in DELETE_FAILED'),
  break: {
    argument: '',
    description: 'no invocation of the provider gets anywhere; the failsafe answers each request after 3 minutes',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument: string) => (argument === '' ? { on: 'provider', does: 'break' } : 'it takes no argument.'),
  },
  'lambda-throttle': withNumber('COUNT', 3, 'Lambda throttles the first deliveries, else 3', (count) => {
    return { on: 'attempt', does: 'throttle', nth: 1, count, times: 1 };
  }),
  late: delayed('late', 30, 'every request reaches the provider so late, else by 30'),
  duplicate: delayed('duplicate', 1, 'every request comes once more so much later, else after 1'),
  'bucket-refuses': withNumber('COUNT', 3, 'S3 answers the first responses with status 503, else 3', (count) => {
    return { on: 'delivery', does: 'status 503', nth: 1, count };
  }),
} satisfies Readonly<Record<string, Kind>>;

/** What `--fault` has said, and everything that is wrong with it. */
export function readFaults(given: readonly string[], where: Where = 'operation') {
  const known = namesFor(where);
  const read = given.map((text, index) => readFault(text, given.slice(0, index), known));
  return {
    faults: read.filter((each) => typeof each !== 'string'),
    problems: read.filter((each) => typeof each === 'string'),
  };
}

function readFault(text: string, earlier: readonly string[], known: readonly FaultName[]): AskedFault | string {
  const name = nameIn(text);
  const found = known.find((each) => each === name);
  if (found === undefined) return `--fault ${text}: there is no fault "${name}" here.${didYouMean(name, known)}`;
  if (text === `${name}=`) return `--fault ${text}: nothing follows the "=".`;
  const { isOnce, read } = kinds[found];
  const twin = isOnce ? earlier.find((other) => nameIn(other) === name) : undefined;
  if (twin !== undefined) return `--fault ${text}: there is --fault ${twin} already. Keep one of them.`;
  const fault = read(text.slice(name.length + 1));
  return typeof fault === 'string' ? `--fault ${text}: ${fault}` : { ...fault, name: found, given: text };
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(kinds, name);
}

function nameIn(text: string): string {
  return text.split('=', 1)[0] ?? '';
}

/** The list of faults for help texts and for problems. */
export function faultLines(where: Where = 'operation'): readonly string[] {
  const usages = namesFor(where).map((name) => ({ usage: `${name}${kinds[name].argument}`, ...kinds[name] }));
  const longest = Math.max(...usages.map(({ usage }) => usage.length));
  return [
    'Faults:',
    ...usages.map(({ usage, description }) => `  ${usage.padEnd(longest)}  ${description}`),
    `HITS are the first so many calls (3), a share of all (20%), or either with an operation (CreateImageVersion:3);`,
    `without them it is the first 3 calls about versions (access-denied: all). The operations: ${versionOperations.join(', ')}.`,
    ...(where === 'serve'
      ? []
      : ['kill: the first 1 of the calls that change something. Lambda tries again after one minute, then after two.']),
    'TEXT stands in the BaseImage of the versions that are meant; without it, all are.',
  ];
}

function namesFor(where: Where): readonly FaultName[] {
  return Object.keys(kinds)
    .filter(isFaultName)
    .filter((name) => where === 'operation' || kinds[name].isOfSageMaker);
}

function ofCalls(does: CallFault['does'], description: string, usual = firstCalls): Kind {
  const read = (argument: string): Fault | string => {
    const hits = readHits(argument, usual);
    return typeof hits === 'string' ? hits : { on: 'call', does, nth: 1, ...hits };
  };
  return { argument: '[=HITS]', description, isOfSageMaker: true, isOnce: false, read };
}

function ofChanges(on: 'creation' | 'deletion', description: string): Kind {
  const read = (text: string): Fault => ({ on, nth: 1, count: forever, text });
  return { argument: '[=TEXT]', description, isOfSageMaker: true, isOnce: false, read };
}

function delayed(does: 'late' | 'duplicate', usual: number, description: string): Kind {
  const everyRequest = { on: 'attempt', nth: 1, count: forever, isFirstOnly: true } as const;
  return withNumber('SECONDS', usual, description, (seconds) => ({ ...everyRequest, does, ms: seconds * 1000 }));
}

function withNumber(name: string, usual: number, description: string, make: (value: number) => Fault): Kind {
  const read = (argument: string) => {
    if (argument === '') return make(usual);
    return /^[1-9]\d{0,4}$/.test(argument) ? make(Number(argument)) : `${name} is a whole number from 1 to 99999.`;
  };
  return { argument: `[=${name}]`, description, isOfSageMaker: false, isOnce: true, read };
}

/** The fault as it is reported when it happens to `what`. */
export function faultDescription(fault: AskedFault, what: string): string {
  if (fault.on === 'attempt' && fault.does === 'late') return `${fault.name} (by ${fault.ms / 1000} s)`;
  return ['call', 'creation', 'deletion'].includes(fault.on) ? `${fault.name} (${what})` : fault.name;
}

/** Says why a fault did not happen in an operation that called the operations `called` of SageMaker. */
export function missed(fault: AskedFault, called: readonly string[]): string {
  return `--fault ${fault.given} did not happen: ${whyMissed(fault, called)}.`;
}

/** Says that a fault did not happen because there was nothing to do. */
export function notTried({ given }: AskedFault): string {
  return `--fault ${given} did not happen: nothing was carried out.`;
}

function whyMissed(fault: AskedFault, called: readonly string[]): string {
  if (fault.on === 'creation' || fault.on === 'deletion') {
    const none = `no version was ${fault.on === 'creation' ? 'made' : 'deleted'}`;
    return fault.text ? `${none} whose BaseImage has "${fault.text}" in it` : none;
  }
  if (fault.on === 'delivery') return 'no response was sent';
  if (fault.on !== 'call') return 'no request came to the provider';
  const { operations, share = 1 } = fault;
  const call = operations === versionOperations ? 'call about versions' : `call of ${operations.join(' or ')}`;
  if (share < 1) return `chance has hit no ${call}`;
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
  if (operation === undefined) return unknownOperation(first);
  return second === undefined ? { ...usual, operations: [operation] } : withAmount([operation], second);
}

function withAmount(operations: readonly VersionOperation[], amount: string): HitCalls | string {
  const [, number, percent] = /^(\d+)(%?)$/.exec(amount) ?? [];
  if (number === undefined) {
    return `"${amount}" is neither a number of calls (3) nor a share of them (20%), both whole.`;
  }
  const value = Number(number);
  if (percent === '%') {
    const isShare = value >= 1 && value <= 100;
    return isShare ? { operations, count: forever, share: value / 100 } : 'a share is 1% to 100%.';
  }
  return value >= 1 ? { operations, count: value } : 'a number of calls is 1 or more.';
}

function unknownOperation(name: string): string {
  const lower = name.toLowerCase();
  const [only, ...others] = versionOperations.filter((each) => lower !== '' && each.toLowerCase().startsWith(lower));
  const isClear = only !== undefined && others.length === 0;
  const meant = isClear ? ` Did you mean "${only}"?` : didYouMean(name, versionOperations);
  const hint = meant === '' ? ` There are: ${versionOperations.join(', ')}.` : meant;
  return `there is no operation "${name}".${hint}`;
}
