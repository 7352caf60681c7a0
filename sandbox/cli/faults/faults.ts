/**
 * The faults that can be asked for with `--fault NAME[=ARGUMENT]`: their names, what they do, and how their arguments
 * are read. `disturbance.ts` makes them happen.
 */

import { versionOperations } from '../../sagemaker/disturbed-call.ts';
import { didYouMean } from '../../template/nearest-name.ts';
import { type AskedFault, type CallFault, type ChangeFault, callFaults, type Fault } from './fault.ts';
import { readCount, readHits } from './read-argument.ts';

const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'] as const;

interface Kind {
  /** As help shows it, behind the name. */
  readonly argument: string;
  readonly told: string;
  /** Whether it is SageMaker that does it: `serve` has nobody else. */
  readonly isOfSageMaker: boolean;
  /** Whether a second one of the name would say something else of the same requests. */
  readonly isOnce: boolean;
  /** Of an argument that cannot be read it says what is wrong; '' is none at all. */
  readonly read: (argument: string) => Fault | string;
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
    isOnce: true,
    read: (argument) => (argument === '' ? { name: 'break' } : 'it takes no argument.'),
  },
  'lambda-throttle': {
    argument: '[=COUNT]',
    told: 'Lambda throttles the first deliveries, else 3',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, { name: 'COUNT', usual: 3, make: (first) => ({ name: 'lambda-throttle', first }) }),
  },
  late: {
    argument: '[=SECONDS]',
    told: 'every request reaches the provider so late, else by 30',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, { name: 'SECONDS', usual: 30, make: (seconds) => ({ name: 'late', ms: seconds * 1000 }) }),
  },
  duplicate: {
    argument: '[=SECONDS]',
    told: 'every request comes once more so much later, else after 1',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, {
        name: 'SECONDS',
        usual: 1,
        make: (seconds) => ({ name: 'duplicate', ms: seconds * 1000 }),
      }),
  },
  'bucket-refuses': {
    argument: '[=COUNT]',
    told: 'S3 answers the first responses with status 503, else 3',
    isOfSageMaker: false,
    isOnce: true,
    read: (argument) =>
      readCount(argument, { name: 'COUNT', usual: 3, make: (first) => ({ name: 'bucket-refuses', first }) }),
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

function readFault(text: string, earlier: readonly string[], known: readonly Fault['name'][]): AskedFault | string {
  const name = nameIn(text);
  const found = known.find((each) => each === name);
  if (found === undefined) return `--fault ${text}: there is no fault "${name}" here.${didYouMean(name, known)}`;
  if (text === `${name}=`) return `--fault ${text}: nothing follows the "=".`;
  const { isOnce, read } = kinds[found];
  const twin = isOnce ? earlier.find((other) => nameIn(other) === name) : undefined;
  if (twin !== undefined) return `--fault ${text}: there is --fault ${twin} already. Keep one of them.`;
  const fault = read(text.slice(name.length + 1));
  return typeof fault === 'string' ? `--fault ${text}: ${fault}` : { ...fault, given: text };
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
  return {
    argument: '[=HITS]',
    told,
    isOfSageMaker: true,
    isOnce: false,
    read: (argument) => {
      const hits = readHits(argument, usual);
      return typeof hits === 'string' ? hits : { name, ...hits };
    },
  };
}

function ofChange(name: ChangeFault['name'], told: string): Kind {
  return { argument: '[=TEXT]', told, isOfSageMaker: true, isOnce: false, read: (text) => ({ name, text }) };
}
