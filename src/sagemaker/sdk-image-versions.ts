/**
 * SageMaker's operations over the AWS SDK. Only this file and the entry, which makes the client, use the SDK's
 * SageMaker classes.
 */
import {
  CreateImageVersionCommand,
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  type DescribeImageVersionRequest,
  type DescribeImageVersionResponse,
  ListAliasesCommand,
  type SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import type { Clock } from '../clock.ts';
import { ProviderError, untilDeadline } from '../errors.ts';
import { fromSageMaker, isSageMakerError } from './errors.ts';
import type { ImageVersion, ImageVersions } from './image-versions.ts';

/** A call that takes longer counts as a network failure. */
const longestCallMs = 10_000;
/** Each call gets at least this time, even when the deadline is nearer. */
const shortestCallMs = 1_000;

/** The maximum of ListAliases. */
const pageSize = 100;

/** IAM checks an ARN with the version's number. It has no number for an absent alias, or for an image without versions. */
const absentCodes = ['ResourceNotFound', 'AccessDeniedException'];

export interface SdkImageVersionsDependencies {
  readonly clock: Clock;
  /** A call that hangs fails at this instant, in milliseconds since the epoch, so that time for the answer remains. */
  readonly until: number;
}

/** @param client makes one attempt for each call: the provider retries */
export function sdkImageVersions(
  client: SageMakerClient,
  { clock, until }: SdkImageVersionsDependencies,
): ImageVersions {
  const timeoutMs = () => Math.min(longestCallMs, Math.max(shortestCallMs, until - clock.now()));
  const options = () => ({ abortSignal: clock.timeout(timeoutMs()) });

  const describe = async (input: DescribeImageVersionRequest) => {
    const { $metadata: _, ...described } = await client.send(new DescribeImageVersionCommand(input), options());
    return imageVersion(described);
  };

  return {
    createImageVersion: (input) =>
      call(`create a version of image ${input.ImageName}`, async () => {
        const { ImageVersionArn } = await client.send(new CreateImageVersionCommand(input), options());
        return given(ImageVersionArn, 'ImageVersionArn');
      }),

    describeImageVersion: (version) =>
      call(`describe version ${version.Version} of image ${version.ImageName}`, () => describe(version), {
        absent: undefined,
      }),

    describeNewestImageVersion: (image) =>
      call(`describe the newest version of image ${image.ImageName}`, () => describe(image), {
        absent: undefined,
        absentCodes,
      }),

    describeImageVersionByAlias: (alias) =>
      call(`describe the version of image ${alias.ImageName} with alias ${alias.Alias}`, () => describe(alias), {
        absent: undefined,
        absentCodes,
      }),

    updateImageVersion: (input) =>
      call(
        `update version ${input.Version} of image ${input.ImageName}`,
        async () => {
          await client.send(new UpdateImageVersionCommand(input), options());
        },
        { absent: 'changed meanwhile' },
      ).then((result) => {
        if (result === undefined) return;
        const reason =
          `Version ${input.Version} of image ${input.ImageName}, or one of its aliases, no longer exists. ` +
          'Check what else changes the image, then try again.';
        throw new ProviderError('NotFound', reason, { worthwhileMs: untilDeadline });
      }),

    deleteImageVersion: (version) =>
      call(
        `delete version ${version.Version} of image ${version.ImageName}`,
        async () => {
          await client.send(new DeleteImageVersionCommand(version), options());
        },
        { absent: undefined },
      ),

    listAliases: async (version, retry = (attempt) => attempt()) => {
      const aliases: string[] = [];
      let NextToken: string | undefined;
      do {
        const input = { ...version, MaxResults: pageSize, NextToken };
        const page = await retry(() =>
          call(
            `list the aliases of image ${version.ImageName}`,
            async () => {
              const listed = await client.send(new ListAliasesCommand(input), options());
              if (listed.NextToken !== undefined && listed.NextToken === input.NextToken) {
                throw endlessPages(version.ImageName);
              }
              return listed;
            },
            { absent: undefined },
          ),
        );
        if (page === undefined) return [];
        aliases.push(...(page.SageMakerImageVersionAliases ?? []));
        NextToken = page.NextToken;
      } while (NextToken);
      return aliases;
    },
  };
}

/** Makes one call. An error whose code means absence becomes the value `absent`, any other a ProviderError. */
async function call<T, Absent = T>(
  tried: string,
  operation: () => Promise<T>,
  expected?: { readonly absent: Absent; readonly absentCodes?: readonly string[] },
): Promise<T | Absent> {
  try {
    return await operation();
  } catch (thrown) {
    if (expected && isSageMakerError(thrown, expected.absentCodes ?? ['ResourceNotFound'])) return expected.absent;
    throw fromSageMaker(thrown, tried);
  }
}

function endlessPages(ImageName: string): ProviderError {
  const reason = `SageMaker repeats the same page of aliases of image ${ImageName}. Try again later.`;
  return new ProviderError('GeneralServiceException', reason, { worthwhileMs: untilDeadline });
}

function imageVersion(described: DescribeImageVersionResponse): ImageVersion {
  return {
    ...described,
    ImageVersionArn: given(described.ImageVersionArn, 'ImageVersionArn'),
    ImageArn: given(described.ImageArn, 'ImageArn'),
    Version: given(described.Version, 'Version'),
    ImageVersionStatus: given(described.ImageVersionStatus, 'ImageVersionStatus'),
    CreationTime: given(described.CreationTime, 'CreationTime'),
  };
}

/** SageMaker's model marks every output member optional, but these are always present. */
function given<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new ProviderError('GeneralServiceException', `SageMaker's response has no ${name}. Try again later.`, {
    worthwhileMs: untilDeadline,
  });
}
