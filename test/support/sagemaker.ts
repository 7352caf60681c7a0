/**
 * Valid inputs for SageMaker, and a simulated SageMaker that listens on a port, for tests at the wire.
 */
import {
  CreateImageCommand,
  type CreateImageCommandInput,
  CreateImageVersionCommand,
  type CreateImageVersionCommandInput,
  DescribeImageCommand,
  type DescribeImageCommandOutput,
  DescribeImageVersionCommand,
  type DescribeImageVersionCommandInput,
  type DescribeImageVersionCommandOutput,
  ListAliasesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Json } from '../../sandbox/json.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker, type SageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../../sandbox/sagemaker/server.ts';
import { type SageMakerSettings, sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';
import type { StudioResource } from '../../sandbox/sagemaker/studio.ts';
import { ManualClock } from './manual-clock.ts';

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/image-role';
export const BASE_IMAGE = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.0';
export const IMAGE_ARN = 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image';

export function versionArn(Version: number): string {
  return `arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image/${Version}`;
}

export function createImageInput(overrides: Partial<CreateImageCommandInput> = {}): CreateImageCommandInput {
  return { ImageName: 'my-image', RoleArn: ROLE_ARN, ...overrides };
}

/** Has no ClientToken: the SDK generates one. */
export function createImageVersionInput(
  overrides: Partial<CreateImageVersionCommandInput> = {},
): Omit<CreateImageVersionCommandInput, 'ClientToken'> & { ClientToken: string | undefined } {
  return { ImageName: 'my-image', BaseImage: BASE_IMAGE, ClientToken: undefined, ...overrides };
}

/** The duration of every change of status in tests at the wire. Modifications take no time. */
export const STATUS_MS = 1000;

/** Settings for tests at the wire. The given ones take precedence. */
export function wireSettings(given: Parameters<typeof sageMakerSettings>[0] = {}): SageMakerSettings {
  const exactly = [STATUS_MS, STATUS_MS] as const;
  const durations = {
    imageCreation: exactly,
    imageUpdate: exactly,
    imageDeletion: exactly,
    versionCreation: exactly,
    versionDeletion: exactly,
  };
  return sageMakerSettings({ lockWindowMs: 0, ...given, durations: { ...durations, ...given.durations } });
}

/** A SageMaker that listens, and its clients. */
export interface Wire {
  readonly url: string;
  readonly clock: ManualClock;
  readonly sagemaker: SageMaker;
  /** Studio's domains, user profiles, spaces and apps; none at first. */
  readonly studio: StudioResource[];
  /** Makes one attempt at each call. */
  readonly client: SageMakerClient;
  /** Makes a call without the SDK. Resolves with the JSON of the answer. */
  post(operation: string, input: Json): Promise<{ status: number; headers: Headers; body: Json }>;
  /** Creates an image, `my-image` by default, and waits until it is stable. */
  haveImage(overrides?: Partial<CreateImageCommandInput>): Promise<void>;
  /** Creates a version of `my-image` and waits until it is stable. */
  haveVersion(overrides?: Partial<CreateImageVersionCommandInput>): Promise<void>;
  /** Describes `my-image`. */
  image(): Promise<DescribeImageCommandOutput>;
  /** Describes a version of `my-image`, by default the latest one. */
  version(choice?: Partial<DescribeImageVersionCommandInput>): Promise<DescribeImageVersionCommandOutput>;
  /** The aliases of a version of `my-image`. */
  aliases(Version: number): Promise<string[] | undefined>;
}

type GivenSettings = Parameters<typeof sageMakerSettings>[0];

interface Wires {
  open(settings?: GivenSettings): Promise<Wire>;
  /** Opens a wire with `my-image` and these versions of it. */
  openWithImage(settings?: GivenSettings, ...versions: Partial<CreateImageVersionCommandInput>[]): Promise<Wire>;
}

/** Call it at the top of a test file. Every wire that it opens is closed after its test. */
export function wires(): Wires {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  const opened: Wires = {
    async open(settings = {}) {
      const clock = new ManualClock();
      const studio: StudioResource[] = [];
      const dependencies = { clock, random: seededRandom(1), studio: () => studio };
      const sagemaker = createSageMaker(wireSettings(settings), dependencies);
      const { url, close } = await listenSageMaker(sagemaker);
      const client = new SageMakerClient({
        endpoint: url,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
        maxAttempts: 1,
      });
      closers.push(close);
      return {
        url,
        clock,
        sagemaker,
        studio,
        client,
        post: (operation, input) => post(url, operation, JSON.stringify(input)),
        async haveImage(overrides) {
          await client.send(new CreateImageCommand(createImageInput(overrides)));
          clock.advance(STATUS_MS);
        },
        async haveVersion(overrides) {
          await client.send(new CreateImageVersionCommand(createImageVersionInput(overrides)));
          clock.advance(STATUS_MS);
        },
        image: () => client.send(new DescribeImageCommand({ ImageName: 'my-image' })),
        version: (choice = {}) => client.send(new DescribeImageVersionCommand({ ImageName: 'my-image', ...choice })),
        async aliases(Version) {
          const listed = await client.send(new ListAliasesCommand({ ImageName: 'my-image', Version }));
          return listed.SageMakerImageVersionAliases;
        },
      };
    },
    async openWithImage(settings, ...versions) {
      const wire = await opened.open(settings);
      await wire.haveImage();
      for (const version of versions) await wire.haveVersion(version);
      return wire;
    },
  };
  return opened;
}

/** Makes an AWS JSON 1.1 request. `headers` replace the signature. */
export async function post(
  url: string,
  operation: string,
  body: string,
  headers: Readonly<Record<string, string>> = { authorization: 'AWS4-HMAC-SHA256 any' },
): Promise<{ status: number; headers: Headers; body: Json }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `SageMaker.${operation}`, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

export const domainId = 'd-0123456789ab';

/** A resource of the domain, or the domain itself. */
export function studioResource(
  kind: StudioResource['kind'],
  properties: StudioResource['properties'] = {},
  createdAtMs = 0,
): StudioResource {
  return { kind, properties: { DomainId: domainId, ...properties }, createdAtMs, modifiedAtMs: createdAtMs };
}
