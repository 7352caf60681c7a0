/**
 * Makes the images and versions for the probes, with names of their own, and deletes all of them at the end.
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
  /** Makes an image, waits until it is CREATED, and resolves with its name and ARN. */
  makeImage(name: string): Promise<{ readonly ImageName: string; readonly ImageArn: string }>;
  /** An image that all probes share, with two versions that are CREATED and have no alias. */
  sharedImage(): Promise<{ readonly ImageName: string; readonly first: number; readonly second: number }>;
  /** Starts the creation of a version and resolves with its number. */
  startVersion(ImageName: string, more?: VersionInput): Promise<number>;
  /** Waits for the final status of the version; `gone` if it does not exist any more. */
  settled(ImageName: string, Version: number): Promise<string>;
  statusOf(ImageName: string, Version: number): Promise<string>;
  aliasesOf(ImageName: string, Version: number): Promise<readonly string[]>;
  imageStatus(ImageName: string): Promise<string>;
  imageSettled(ImageName: string): Promise<string>;
  /** Deletes the image with its versions, and waits until it is gone. */
  removeImage(ImageName: string): Promise<void>;
  /** Deletes all images that it made, also after an interruption. Resolves with the names of those that remain. */
  cleanUp(): Promise<readonly string[]>;
  /** A new value on each call. */
  newToken(): string;
  /** A tag in the repository of the base image that does not exist. */
  readonly absentBaseImage: string;
}

export type VersionInput = Partial<Omit<CreateImageVersionCommandInput, 'ImageName'>>;

export interface LaboratoryOptions {
  readonly client: SageMakerClient;
  readonly accountId: string;
  readonly roleArn: string;
  /** The container image for the versions. */
  readonly baseImage: string;
  /** Part of the image names, different for each run. */
  readonly runId: string;
  readonly pollMs: number;
  /** After it aborts, nothing more is made, but what was made is still deleted. */
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
  /** Added before the call, because a call whose answer is lost can also have made an image. */
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
      // ResourceInUse: one of its versions may still be CREATING.
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
      if (status !== 'CREATED') throw new Error(`image ${ImageName} is ${status}: can SageMaker assume the role?`);
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
    throw new Error(`a version of the base image is ${status}: can the role read it?`);
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
