/**
 * Where the probes work: images and versions with names of their own, and the certainty that all of them go again.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */
import {
  CreateImageCommand,
  CreateImageVersionCommand,
  type CreateImageVersionCommandInput,
  DeleteImageCommand,
  DescribeImageCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Clock } from '../src/clock.ts';

export interface Laboratory {
  readonly client: SageMakerClient;
  /** Makes an image and waits until it is CREATED. Gives its name and ARN. */
  makeImage(name: string): Promise<{ readonly ImageName: string; readonly ImageArn: string }>;
  /** An image that every probe may use, with two versions that are CREATED and bear no alias. */
  sharedImage(): Promise<{ readonly ImageName: string; readonly first: number; readonly second: number }>;
  /** Asks for a version and gives its number; it is CREATING then. */
  startVersion(ImageName: string, more?: VersionInput): Promise<number>;
  /** The status in which it ends; `gone` where there is no such version any more. */
  settled(ImageName: string, Version: number): Promise<string>;
  statusOf(ImageName: string, Version: number): Promise<string>;
  aliasesOf(ImageName: string, Version: number): Promise<readonly string[]>;
  imageStatus(ImageName: string): Promise<string>;
  imageSettled(ImageName: string): Promise<string>;
  /** Deletes the image with its versions, and waits until it is gone. */
  removeImage(ImageName: string): Promise<void>;
  /** Removes every image that was made here, also after an interruption. Gives the names of those that would not go. */
  cleanUp(): Promise<readonly string[]>;
  /** No two of them are the same. */
  newToken(): string;
  /** A reference in the repository of the base image that nobody has pushed. */
  readonly absentBaseImage: string;
}

export type VersionInput = Partial<Omit<CreateImageVersionCommandInput, 'ImageName'>>;

export interface LaboratoryOptions {
  readonly client: SageMakerClient;
  readonly accountId: string;
  readonly roleArn: string;
  /** A container image that versions can be made of. */
  readonly baseImage: string;
  /** What tells this run's images from all others. */
  readonly runId: string;
  readonly pollMs: number;
  /** Once it aborts, nothing more is made; what was made can still be removed. */
  readonly signal: AbortSignal;
}

export const imagePrefix = 'fidelity-probe';
const longestWaitMs = 15 * 60_000;

/** The name of an image of this run. */
export function imageName(runId: string, name: string): string {
  return `${imagePrefix}-${runId}-${name}`;
}

export function openLaboratory(options: LaboratoryOptions, { clock }: { readonly clock: Clock }): Laboratory {
  const { client, accountId, roleArn: RoleArn, baseImage, runId, pollMs, signal } = options;
  /** Written down before the call: one whose answer is lost has made an image, too. */
  const made = new Set<string>();
  let tokens = 0;
  let shared: ReturnType<Laboratory['sharedImage']> | undefined;

  const newToken = () => {
    tokens += 1;
    return `${runId}-${tokens}`;
  };

  async function settles(look: () => Promise<string>, interruption?: AbortSignal): Promise<string> {
    const deadline = clock.now() + longestWaitMs;
    for (;;) {
      const status = await look();
      if (!status.endsWith('ING')) return status;
      if (clock.now() > deadline) throw new Error(`still ${status} after ${longestWaitMs / 60_000} minutes`);
      await clock.sleep(pollMs, interruption);
    }
  }

  const imageStatus = async (ImageName: string) =>
    statusOr(async () => (await client.send(new DescribeImageCommand({ ImageName }))).ImageStatus);
  const statusOf = async (ImageName: string, Version: number) =>
    statusOr(
      async () => (await client.send(new DescribeImageVersionCommand({ ImageName, Version }))).ImageVersionStatus,
    );

  async function removeImage(ImageName: string): Promise<void> {
    const deadline = clock.now() + longestWaitMs;
    // One that is still CREATING cannot be deleted yet.
    while ((await settles(() => imageStatus(ImageName))) !== 'gone') {
      if (clock.now() > deadline) throw new Error(`image ${ImageName} cannot be deleted`);
      // In use: one of its versions is still being made, perhaps.
      await client.send(new DeleteImageCommand({ ImageName })).catch(unlessInUse);
      await clock.sleep(pollMs);
    }
  }

  const laboratory: Laboratory = {
    client,
    absentBaseImage: `${baseImage.replace(/(?::[^:/]+|@[^/]+)$/, '')}:does-not-exist-${runId}`,
    newToken,
    statusOf,
    removeImage,
    imageStatus,
    settled: (ImageName, Version) => settles(() => statusOf(ImageName, Version), signal),
    imageSettled: (ImageName) => settles(() => imageStatus(ImageName), signal),
    async makeImage(name) {
      signal.throwIfAborted();
      const ImageName = imageName(runId, name);
      made.add(ImageName);
      const { ImageArn = '' } = await client.send(new CreateImageCommand({ ImageName, RoleArn }));
      if (!ImageArn.includes(`:${accountId}:`)) throw new Error(`${ImageArn} is not in account ${accountId}`);
      const status = await laboratory.imageSettled(ImageName);
      if (status !== 'CREATED') throw new Error(`image ${ImageName} is ${status}: may SageMaker assume the role?`);
      return { ImageName, ImageArn };
    },
    sharedImage: () => {
      shared ??= (async () => {
        const { ImageName } = await laboratory.makeImage('shared');
        const [first, second] = [await createdVersion(ImageName), await createdVersion(ImageName)];
        return { ImageName, first, second };
      })();
      return shared;
    },
    async startVersion(ImageName, more = {}) {
      signal.throwIfAborted();
      const { ImageVersionArn = '' } = await client.send(
        new CreateImageVersionCommand({ ImageName, BaseImage: baseImage, ClientToken: newToken(), ...more }),
      );
      return Number(ImageVersionArn.split('/').at(-1));
    },
    async aliasesOf(ImageName, Version) {
      const { SageMakerImageVersionAliases = [] } = await client.send(new ListAliasesCommand({ ImageName, Version }));
      return SageMakerImageVersionAliases;
    },
    async cleanUp() {
      const left: string[] = [];
      for (const ImageName of made) await removeImage(ImageName).catch(() => left.push(ImageName));
      return left;
    },
  };

  async function createdVersion(ImageName: string): Promise<number> {
    const Version = await laboratory.startVersion(ImageName);
    const status = await laboratory.settled(ImageName, Version);
    if (status === 'CREATED') return Version;
    throw new Error(`a version of the base image is ${status}: may the role read it?`);
  }

  return laboratory;
}

function unlessInUse(error: unknown): void {
  if (!(error instanceof Error && error.name === 'ResourceInUse')) throw error;
}

async function statusOr(look: () => Promise<string | undefined>): Promise<string> {
  try {
    return (await look()) ?? 'unknown';
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return 'gone';
    throw error;
  }
}
