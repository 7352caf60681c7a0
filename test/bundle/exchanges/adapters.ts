/**
 * The program that the exchanges run through: the two adapters, each over a client of its own for every exchange. Bundled
 * once as for Lambda, once over the unaltered SDK; `exchanges.test.ts` starts it and compares what it prints.
 */
import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { sdkStacks } from '../../../src/cloudformation/sdk-stacks.ts';
import type { Stacks } from '../../../src/cloudformation/stacks.ts';
import type {
  CreateImageVersionRequest,
  ImageVersions,
  UpdateImageVersionRequest,
} from '../../../src/sagemaker/image-versions.ts';
import { sdkImageVersions } from '../../../src/sagemaker/sdk-image-versions.ts';

/** One exchange: which call is made, how often, under which name the endpoint knows it. */
export interface Exchange {
  readonly name: string;
  readonly call: keyof typeof calls;
  readonly times: number;
  /** Whether a call is given up as soon as the endpoint has it. */
  readonly isGivenUp: boolean;
}

/** What each call of an exchange came to. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

const version = { ImageName: 'my-image', Version: 3 };
const StackId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/studio/5b918d10-c5a1-11f0-90d5-0a9cd3354c10';

const calls = {
  createImageVersion: ({ imageVersions }: Adapters) =>
    imageVersions.createImageVersion({
      ImageName: 'my-image',
      BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.4',
      ClientToken: 'a-token',
      Aliases: ['latest', '1.4', 'cfn-own'],
      VendorGuidance: 'STABLE',
      JobType: 'NOTEBOOK_KERNEL',
      MLFramework: 'PyTorch 2.9',
      ProgrammingLang: 'Python 3.12',
      Processor: 'CPU',
      Horovod: false,
      ReleaseNotes: 'Grüße, "quoted" \\ and 🎉',
    } satisfies Required<CreateImageVersionRequest>),
  describeImageVersion: ({ imageVersions }: Adapters) => imageVersions.describeImageVersion(version),
  describeNewestImageVersion: ({ imageVersions }: Adapters) =>
    imageVersions.describeNewestImageVersion({ ImageName: 'my-image' }),
  describeImageVersionByAlias: ({ imageVersions }: Adapters) =>
    imageVersions.describeImageVersionByAlias({ ImageName: 'my-image', Alias: 'latest' }),
  updateImageVersion: ({ imageVersions }: Adapters) =>
    imageVersions.updateImageVersion({
      ...version,
      AliasesToAdd: ['1.5'],
      AliasesToDelete: ['1.4'],
      VendorGuidance: 'TO_BE_ARCHIVED',
      JobType: 'TRAINING',
      MLFramework: 'TensorFlow 2.17.1',
      ProgrammingLang: 'R 4.5',
      Processor: 'GPU',
      Horovod: true,
      ReleaseNotes: 'Größer',
    } satisfies Required<Omit<UpdateImageVersionRequest, 'Alias'>>),
  deleteImageVersion: ({ imageVersions }: Adapters) => imageVersions.deleteImageVersion(version),
  listAliases: ({ imageVersions }: Adapters) => imageVersions.listAliases({ ImageName: 'my-image' }),
  currentOperation: ({ stacks }: Adapters) => stacks.currentOperation(StackId),
  currentResource: ({ stacks }: Adapters) => stacks.currentResource(StackId, 'Stable & co'),
  events: ({ stacks }: Adapters) => stacks.events(StackId, () => false),
} satisfies Record<keyof ImageVersions | keyof Stacks, (adapters: Adapters) => Promise<unknown>>;

interface Adapters {
  readonly imageVersions: ImageVersions;
  readonly stacks: Stacks;
}

/** @param log takes what the adapters warn of */
function adapters(
  endpoint: string,
  timeout: (ms: number) => AbortSignal,
  log: (message: string, details: unknown) => void,
): Adapters {
  process.env['AWS_ENDPOINT_URL_SAGEMAKER'] = endpoint;
  process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'] = endpoint;
  const begunAt = Date.now();
  let slept = 0;
  // Waiting costs no time, so that retries come at once. Only waiting lets the time pass, so that their number is always
  // the same.
  const clock = {
    now: () => begunAt + slept,
    sleep: async (ms: number) => {
      slept += ms;
    },
    timeout,
  };
  const noted = { debug: log, info: log, warn: log, error: log, with: () => noted };
  return {
    imageVersions: sdkImageVersions(new SageMakerClient({ maxAttempts: 1 }), {
      clock,
      until: Number.POSITIVE_INFINITY,
    }),
    stacks: sdkStacks(new CloudFormationClient({ maxAttempts: 1 }), {
      clock,
      log: noted,
      deadlines: noDeadlines,
      random: () => 0.5,
    }),
  };
}

const noDeadlines = {
  invocation: Number.POSITIVE_INFINITY,
  request: Number.POSITIVE_INFINITY,
  cleanUp: Number.POSITIVE_INFINITY,
};

/** An error as far as it says anything: with its causes, and without its stack, which names files. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause, ...own } = error;
  return { name, message, cause: told(cause), ...own, stack: undefined, class: error.constructor.name.length > 0 };
}

/** Aborts as a time limit does, once the endpoint has the exchange's request: no limit is right for every machine. */
function whenTaken(endpoint: string, name: string): AbortSignal {
  const timeout = new AbortController();
  const ask = async () => {
    while ((await fetch(`${endpoint}/${name}`)).status !== 200) await setTimeout(20);
    timeout.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  };
  void ask();
  return timeout.signal;
}

async function main(endpoint: string, exchanges: readonly Exchange[]): Promise<void> {
  const outcomes: Record<string, Outcome[]> = {};
  for (const { name, call, times, isGivenUp } of exchanges) {
    const ofExchange: Outcome[] = [];
    const log = (message: string, details: unknown) => void ofExchange.push({ value: { message, details } });
    const timeout = (ms: number) => (isGivenUp ? whenTaken(endpoint, name) : AbortSignal.timeout(Math.min(ms, 30_000)));
    const both = adapters(`${endpoint}/${name}`, timeout, log);
    for (let time = 0; time < times; time += 1) {
      ofExchange.push(
        await calls[call](both).then(
          (value) => ({ value }),
          (error: unknown) => ({ error: told(error) }),
        ),
      );
    }
    outcomes[name] = ofExchange;
  }
  process.stdout.write(JSON.stringify(outcomes));
}

void main(String(process.argv[2]), JSON.parse(String(process.argv[3])));
