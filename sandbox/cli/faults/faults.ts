/**
 * The faults that can be asked for with `--fault NAME[=ARGUMENT]`: their names, what they do, and how their arguments
 * are read. `disturbance.ts` makes them happen.
 */
import { didYouMean } from '../../cloudformation/template/nearest-name.ts';
import { type VersionOperation, versionOperations } from '../../sagemaker/disturbed-call.ts';

export type Fault = CallFault | ChangeFault | RequestFault | BucketFault | BrokenFault;

/** A fault with what was written behind `--fault`. */
export type AskedFault = Fault & { readonly given: string };

/** To calls of SageMaker about versions. */
export interface CallFault {
  readonly name: (typeof callFaults)[number];
  readonly operations: readonly VersionOperation[];
  /** The first so many of these calls, or of each call this share, from 0 to 1. */
  readonly hits: { readonly first: number } | { readonly share: number };
}

/** To every version whose BaseImage contains `text`. */
export interface ChangeFault {
  readonly name: 'create-failed' | 'delete-failed';
  readonly text: string;
}

/** To each request of CloudFormation on its way through Lambda. */
export type RequestFault =
  | { readonly name: 'late'; readonly ms: number }
  | { readonly name: 'duplicate'; readonly ms: number }
  | { readonly name: 'lambda-throttle'; readonly first: number };

/** To the first so many responses. */
export interface BucketFault {
  readonly name: 'bucket-refuses';
  readonly first: number;
}

/** To every invocation of the provider. */
export interface BrokenFault {
  readonly name: 'break';
}

const callFaults = [
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
const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'] as const;

interface Kind {
  /** As help shows it, behind the name. */
  readonly argument: string;
  readonly told: string;
  /** Whether it is SageMaker that does it: `serve` has nobody else. */
  readonly isOfSageMaker: boolean;
  /** An argument that cannot be read gives undefined; '' is none at all. */
  readonly read: (argument: string) => Fault | undefined;
}

const kinds: Readonly<Record<Fault['name'], Kind>> = {
  throttle: ofCalls('throttle', 'SageMaker answers ThrottlingException'),
  fail: ofCalls('fail', 'SageMaker answers InternalFailure, status 500'),
  'in-use': ofCalls('in-use', 'SageMaker answers ResourceInUse, as if another call had come first'),
  'access-denied': ofCalls(
    'access-denied',
    'SageMaker answers AccessDeniedException, as if the role lacked a permission',
    {
      operations: versionOperations,
      hits: { share: 1 },
    },
  ),
  reset: ofCalls('reset', 'the connection breaks before SageMaker has the call'),
  'lost-answer': ofCalls('lost-answer', 'SageMaker carries the call out; the connection breaks before its answer'),
  slow: ofCalls('slow', 'the answer comes 8 seconds late'),
  hang: ofCalls('hang', 'SageMaker carries the call out, and never answers'),
  kill: {
    ...ofCalls('kill', "the provider's process is killed when the call is carried out; Lambda tries again", {
      operations: modifications,
      hits: { first: 1 },
    }),
    isOfSageMaker: false,
  },
  'create-failed': ofChange('create-failed', 'versions end in CREATE_FAILED'),
  'delete-failed': ofChange('delete-failed', 'versions end in DELETE_FAILED'),
  break: {
    argument: '',
    told: 'no invocation of the provider gets anywhere; the failsafe answers each request after 3 minutes',
    isOfSageMaker: false,
    read: (argument) => (argument === '' ? { name: 'break' } : undefined),
  },
  'lambda-throttle': {
    argument: '[=COUNT]',
    told: 'Lambda throttles the first deliveries, else 3',
    isOfSageMaker: false,
    read: (argument) => withCount(argument, 3, (first) => ({ name: 'lambda-throttle', first })),
  },
  late: {
    argument: '[=SECONDS]',
    told: 'every request reaches the provider so late, else by 30',
    isOfSageMaker: false,
    read: (argument) => withCount(argument, 30, (seconds) => ({ name: 'late', ms: seconds * 1000 })),
  },
  duplicate: {
    argument: '[=SECONDS]',
    told: 'every request comes once more so much later, else after 1',
    isOfSageMaker: false,
    read: (argument) => withCount(argument, 1, (seconds) => ({ name: 'duplicate', ms: seconds * 1000 })),
  },
  'bucket-refuses': {
    argument: '[=COUNT]',
    told: 'S3 answers the first responses with status 503, else 3',
    isOfSageMaker: false,
    read: (argument) => withCount(argument, 3, (first) => ({ name: 'bucket-refuses', first })),
  },
};

/** What `--fault` has said, and everything that is wrong with it. `serve` has only SageMaker's faults. */
export function readFaults(
  given: readonly string[],
  where: 'operation' | 'serve' = 'operation',
): { readonly faults: readonly AskedFault[]; readonly problems: readonly string[] } {
  const known = namesFor(where);
  const read = given.map((text): AskedFault | string => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const found = known.find((each) => each === name);
    if (found === undefined) return `--fault ${text}: there is no fault "${name}" here.${didYouMean(name, known)}`;
    const { argument, read: readArgument } = kinds[found];
    const fault = at === text.length - 1 ? undefined : readArgument(at < 0 ? '' : text.slice(at + 1));
    return fault === undefined ? `--fault ${text}: it has the form ${found}${argument}.` : { ...fault, given: text };
  });
  return {
    faults: read.filter((each) => typeof each !== 'string'),
    problems: read.filter((each) => typeof each === 'string'),
  };
}

/** Says of a fault that was asked for, and that nothing came by to have, why. */
export function missed(fault: AskedFault): string {
  return `--fault ${fault.given} did not happen: ${whyMissed(fault)}.`;
}

/** Says of a fault that was asked for that nothing was done at all. */
export function notTried({ given }: AskedFault): string {
  return `--fault ${given} did not happen: nothing was carried out.`;
}

function whyMissed(fault: Fault): string {
  switch (fault.name) {
    case 'create-failed':
      return fault.text === ''
        ? 'no version was made'
        : `no version was made whose BaseImage has "${fault.text}" in it`;
    case 'delete-failed':
      return fault.text === ''
        ? 'no version was deleted'
        : `no version was deleted whose BaseImage has "${fault.text}" in it`;
    case 'late':
    case 'duplicate':
    case 'lambda-throttle':
    case 'break':
      return 'no request came to the provider';
    case 'bucket-refuses':
      return 'no response was sent';
    default: {
      const { operations, hits } = fault;
      const call = operations === versionOperations ? 'call about versions' : `call of ${operations.join(' or ')}`;
      return 'share' in hits && hits.share < 1 ? `chance has hit no ${call}` : `there was no ${call}`;
    }
  }
}

/** All faults there are, a line for each, for help and for whoever has mistyped one. */
export function faultLines(where: 'operation' | 'serve' = 'operation'): readonly string[] {
  const names = namesFor(where);
  const usages = names.map((name) => `${name}${kinds[name].argument}`);
  const longest = Math.max(...usages.map(({ length }) => length));
  return [
    'Faults:',
    ...names.map((name, index) => `  ${(usages[index] ?? '').padEnd(longest)}  ${kinds[name].told}`),
    `HITS are the first so many calls (3), a share of all (20%), or either with an operation (CreateImageVersion:3);`,
    `without them it is the first 3 calls about versions (access-denied: all). The operations: ${versionOperations.join(', ')}.`,
    ...(where === 'serve'
      ? []
      : ['kill: the first 1 of the calls that change something. Lambda tries again after one minute, then after two.']),
    'TEXT stands in the BaseImage of the versions that are meant; without it, all are.',
  ];
}

function namesFor(where: 'operation' | 'serve'): readonly Fault['name'][] {
  return faultNames.filter((name) => where === 'operation' || kinds[name].isOfSageMaker);
}

const faultNames: readonly Fault['name'][] = [
  ...callFaults,
  ...(['create-failed', 'delete-failed', 'break', 'lambda-throttle', 'late', 'duplicate', 'bucket-refuses'] as const),
];

function ofCalls(
  name: CallFault['name'],
  told: string,
  usual: Omit<CallFault, 'name'> = { operations: versionOperations, hits: { first: 3 } },
): Kind {
  return { argument: '[=HITS]', told, isOfSageMaker: true, read: (argument) => readHits(name, argument, usual) };
}

function ofChange(name: ChangeFault['name'], told: string): Kind {
  return { argument: '[=TEXT]', told, isOfSageMaker: true, read: (text) => ({ name, text }) };
}

function readHits(name: CallFault['name'], argument: string, usual: Omit<CallFault, 'name'>): CallFault | undefined {
  if (argument === '') return { name, ...usual };
  const [, named, number, percent] = /^(?:([A-Za-z]+)(?::(?=\d)|$))?(?:(\d+)(%)?)?$/.exec(argument) ?? [];
  const operation = versionOperations.find((each) => each === named);
  if ((named === undefined) !== (operation === undefined)) return undefined;
  if (named === undefined && number === undefined) return undefined;
  const value = Number(number);
  if (value === 0 || (percent && value > 100)) return undefined;
  const operations = operation === undefined ? usual.operations : [operation];
  if (number === undefined) return { name, operations, hits: usual.hits };
  return { name, operations, hits: percent ? { share: value / 100 } : { first: value } };
}

function withCount(argument: string, usual: number, make: (count: number) => Fault): Fault | undefined {
  if (argument === '') return make(usual);
  return /^[1-9]\d{0,4}$/.test(argument) ? make(Number(argument)) : undefined;
}
