/**
 * The faults that can be asked for with `--fault NAME[=ARGUMENT]`: their names, what they do, how their arguments are
 * read, and why one did not happen. `../faults/fault-injector.ts` makes them happen.
 */
import { type Fault, forever, type VersionOperation, versionOperations } from '../faults/fault.ts';
import { didYouMean } from '../template/nearest-name.ts';

type CallFaultName = (typeof callFaultNames)[number];

const callFaultNames = [
  'throttle',
  'fail',
  'in-use',
  'access-denied',
  'reset',
  'lost-answer',
  'slow',
  'hang',
  'kill',
] as const;

const faultNames = [
  ...callFaultNames,
  'create-failed',
  'delete-failed',
  'break',
  'lambda-throttle',
  'late',
  'duplicate',
  'bucket-refuses',
] as const;
type FaultName = (typeof faultNames)[number];

/** A fault that was asked for, with its name and with what was written behind `--fault`. */
export type AskedFault = Fault & { readonly name: FaultName; readonly given: string };

const everyRequest = { on: 'attempt', nth: 1, count: forever, isFirstOnly: true } as const;
const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'] as const;

interface Kind {
  /** As help shows it, behind the name. */
  readonly argument: string;
  /** As help shows it. */
  readonly description: string;
  /** Whether it is SageMaker that does it: `serve` has nobody else. */
  readonly isOfSageMaker: boolean;
  /** Whether a second one of the name would say something else of the same requests. */
  readonly isOnce: boolean;
  /** Of an argument that cannot be read it says what is wrong; '' is none at all. */
  readonly read: (argument: string) => Fault | string;
}

const kinds: Readonly<Record<FaultName, Kind>> = {
  throttle: ofCalls('throttle', 'SageMaker answers ThrottlingException'),
  fail: ofCalls('fail', 'SageMaker answers InternalFailure, status 500'),
  'in-use': ofCalls('in-use', 'SageMaker answers ResourceInUse, as if another call had come first'),
  'access-denied': ofCalls(
    'access-denied',
    'SageMaker answers AccessDeniedException, as if the role lacked a permission',
    {
      operations: versionOperations,
      count: forever,
    },
  ),
  reset: ofCalls('reset', 'the connection breaks before SageMaker has the call'),
  'lost-answer': ofCalls('lost-answer', 'SageMaker carries the call out; the connection breaks before its answer'),
  slow: ofCalls('slow', 'the answer comes 8 seconds late'),
  hang: ofCalls('hang', 'SageMaker carries the call out, and never answers'),
  kill: {
    ...ofCalls('kill', "the provider's process is killed when the call is carried out; Lambda tries again", {
      operations: modifications,
      count: 1,
    }),
    isOfSageMaker: false,
  },
  'create-failed': ofChange('create-failed', 'versions end in CREATE_FAILED'),
  'delete-failed': ofChange('delete-failed', 'versions end in DELETE_FAILED'),
  break: {
    argument: '',
    description: 'no invocation of the provider gets anywhere; the failsafe answers each request after 3 minutes',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) => (argument === '' ? { on: 'provider', does: 'break' } : 'it takes no argument.'),
  },
  'lambda-throttle': {
    argument: '[=COUNT]',
    description: 'Lambda throttles the first deliveries, else 3',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, {
        name: 'COUNT',
        usual: 3,
        make: (count) => ({ on: 'attempt', does: 'throttle', nth: 1, count, times: 1 }),
      }),
  },
  late: {
    argument: '[=SECONDS]',
    description: 'every request reaches the provider so late, else by 30',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, {
        name: 'SECONDS',
        usual: 30,
        make: (seconds) => ({ ...everyRequest, does: 'late', ms: seconds * 1000 }),
      }),
  },
  duplicate: {
    argument: '[=SECONDS]',
    description: 'every request comes once more so much later, else after 1',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, {
        name: 'SECONDS',
        usual: 1,
        make: (seconds) => ({ ...everyRequest, does: 'duplicate', ms: seconds * 1000 }),
      }),
  },
  'bucket-refuses': {
    argument: '[=COUNT]',
    description: 'S3 answers the first responses with status 503, else 3',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, {
        name: 'COUNT',
        usual: 3,
        make: (count) => ({ on: 'delivery', does: 'status 503', nth: 1, count }),
      }),
  },
};

/** What `--fault` has said, and everything that is wrong with it. `serve` has only SageMaker's faults. */
export function readFaults(
  given: readonly string[],
  where: 'operation' | 'serve' = 'operation',
): { readonly faults: readonly AskedFault[]; readonly problems: readonly string[] } {
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

function nameIn(text: string): string {
  return text.split('=', 1)[0] ?? '';
}

/** All faults there are, a line for each, for help and for whoever has mistyped one. */
export function faultLines(where: 'operation' | 'serve' = 'operation'): readonly string[] {
  const names = namesFor(where);
  const usages = names.map((name) => `${name}${kinds[name].argument}`);
  const longest = Math.max(...usages.map(({ length }) => length));
  return [
    'Faults:',
    ...names.map((name, index) => `  ${(usages[index] ?? '').padEnd(longest)}  ${kinds[name].description}`),
    `HITS are the first so many calls (3), a share of all (20%), or either with an operation (CreateImageVersion:3);`,
    `without them it is the first 3 calls about versions (access-denied: all). The operations: ${versionOperations.join(', ')}.`,
    ...(where === 'serve'
      ? []
      : ['kill: the first 1 of the calls that change something. Lambda tries again after one minute, then after two.']),
    'TEXT stands in the BaseImage of the versions that are meant; without it, all are.',
  ];
}

function namesFor(where: 'operation' | 'serve'): readonly FaultName[] {
  return faultNames.filter((name) => where === 'operation' || kinds[name].isOfSageMaker);
}

/** The calls that a fault hits. */
interface HitCalls {
  readonly operations: readonly VersionOperation[];
  readonly count: number;
  readonly share?: number;
}

function ofCalls(
  does: CallFaultName,
  description: string,
  usual: HitCalls = { operations: versionOperations, count: 3 },
): Kind {
  return {
    argument: '[=HITS]',
    description,
    isOfSageMaker: true,
    isOnce: false,
    read: (argument) => {
      const hits = readHits(argument, usual);
      return typeof hits === 'string' ? hits : { on: 'call', does, nth: 1, ...hits };
    },
  };
}

function ofChange(name: 'create-failed' | 'delete-failed', description: string): Kind {
  const on = name === 'create-failed' ? 'creation' : 'deletion';
  return {
    argument: '[=TEXT]',
    description,
    isOfSageMaker: true,
    isOnce: false,
    read: (text) => ({ on, nth: 1, count: forever, text }),
  };
}

/** The fault as it is reported when it happens; `what` is hit. */
export function faultDescription(fault: AskedFault, what: string): string {
  switch (fault.on) {
    case 'call':
    case 'creation':
    case 'deletion':
      return `${fault.name} (${what})`;
    case 'attempt':
      return fault.does === 'late' ? `${fault.name} (by ${fault.ms / 1000} s)` : fault.name;
    default:
      return fault.name;
  }
}

/** Says of a fault that was asked for why it did not happen; `called` are the operations of SageMaker that were called. */
export function missed(fault: AskedFault, called: readonly string[]): string {
  return `--fault ${fault.given} did not happen: ${whyMissed(fault, called)}.`;
}

/** Says of a fault that was asked for that nothing was done at all. */
export function notTried({ given }: AskedFault): string {
  return `--fault ${given} did not happen: nothing was carried out.`;
}

function whyMissed(fault: AskedFault, called: readonly string[]): string {
  switch (fault.on) {
    case 'creation':
    case 'deletion': {
      const happened = fault.on === 'creation' ? 'made' : 'deleted';
      return fault.text
        ? `no version was ${happened} whose BaseImage has "${fault.text}" in it`
        : `no version was ${happened}`;
    }
    case 'delivery':
      return 'no response was sent';
    case 'call': {
      const { operations, share = 1 } = fault;
      const call = operations === versionOperations ? 'call about versions' : `call of ${operations.join(' or ')}`;
      if (share < 1) return `chance has hit no ${call}`;
      const isCalled = operations.some((operation) => called.includes(operation));
      return isCalled ? `another fault came first at each ${call}` : `there was no ${call}`;
    }
    default:
      return 'no request came to the provider';
  }
}

/** Of `3`, `20%`, `CreateImageVersion`, `CreateImageVersion:3`; what is not said is as in `usual`. */
function readHits(argument: string, usual: HitCalls): HitCalls | string {
  if (argument === '') return usual;
  const [first = '', second, ...more] = argument.split(':');
  if (more.length > 0) return `"${argument}" has more than one colon.`;
  if (second === undefined && /^[^A-Za-z]/.test(first)) return withAmount(usual.operations, first);
  const operation = versionOperations.find((each) => each === first);
  if (operation === undefined) return unknownOperation(first);
  return second === undefined ? { ...usual, operations: [operation] } : withAmount([operation], second);
}

/** Of a number, or of none at all. */
function readCount(
  argument: string,
  { name, usual, make }: { readonly name: string; readonly usual: number; readonly make: (count: number) => Fault },
): Fault | string {
  if (argument === '') return make(usual);
  if (/^[1-9]\d{0,4}$/.test(argument)) return make(Number(argument));
  return `${name} is a whole number from 1 to 99999.`;
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
  const begun = versionOperations.filter((each) => name !== '' && each.toLowerCase().startsWith(name.toLowerCase()));
  const [only, ...others] = begun;
  const isClear = only !== undefined && others.length === 0;
  const meant = isClear ? ` Did you mean "${only}"?` : didYouMean(name, versionOperations);
  const hint = meant === '' ? ` There are: ${versionOperations.join(', ')}.` : meant;
  return `there is no operation "${name}".${hint}`;
}
