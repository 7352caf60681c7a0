/**
 * The port over the AWS SDK. The only file, beside the entry that makes the client, that knows the SDK's classes.
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
import { ProviderError } from '../errors.ts';
import { fromSageMaker, isSageMakerError } from './errors.ts';
import type { ImageVersion, ImageVersions } from './image-versions.ts';

/** A call that takes longer counts as a network failure. */
const longestCallMs = 10_000;
/** What a call may take even when hardly any time is left. */
const shortestCallMs = 1_000;

/** The most that ListAliases gives at once. */
const pageSize = 100;

export interface SdkImageVersionsDependencies {
  readonly clock: Clock;
  /** When calls should be over, in milliseconds since the epoch: one that hangs must leave time for the answer. */
  readonly until: number;
}

/** @param client makes one attempt for each call: retrying is the provider's business */
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

    describeImageVersionByAlias: (alias) =>
      call(`describe the version of image ${alias.ImageName} with alias ${alias.Alias}`, () => describe(alias), {
        absent: undefined,
        // The ARN that IAM would check holds the version's number, which nobody knows for an alias that is not there.
        absentCodes: ['ResourceNotFound', 'AccessDeniedException'],
      }),

    updateImageVersion: (input) =>
      call(
        `update version ${input.Version} of image ${input.ImageName}`,
        async () => {
          await client.send(new UpdateImageVersionCommand(input), options());
        },
        { absent: 'changed meanwhile' },
      ).then((outcome) => {
        if (outcome === undefined) return;
        const reason = `Version ${input.Version} of image ${input.ImageName}, or an alias of it, is no longer there.`;
        throw new ProviderError('NotFound', reason, { retryable: true });
      }),

    deleteImageVersion: (version) =>
      call(
        `delete version ${version.Version} of image ${version.ImageName}`,
        async () => {
          await client.send(new DeleteImageVersionCommand(version), options());
        },
        { absent: undefined },
      ),

    listAliases: (version) =>
      call<readonly string[]>(
        `list the aliases of image ${version.ImageName}`,
        async () => {
          const aliases: string[] = [];
          let NextToken: string | undefined;
          do {
            const page = await client.send(
              new ListAliasesCommand({ ...version, MaxResults: pageSize, NextToken }),
              options(),
            );
            aliases.push(...(page.SageMakerImageVersionAliases ?? []));
            if (page.NextToken !== undefined && page.NextToken === NextToken) throw endlessPages(version.ImageName);
            NextToken = page.NextToken;
          } while (NextToken);
          return aliases;
        },
        { absent: [] },
      ),
  };
}

/** Runs one operation; an error whose code means absence becomes the value `absent`, any other a ProviderError. */
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
  const reason = `SageMaker gives the same page of the aliases of image ${ImageName} again and again.`;
  return new ProviderError('GeneralServiceException', reason, { retryable: true });
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

/** The model marks every output member optional; these are always there. */
function given<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new ProviderError('GeneralServiceException', `SageMaker's answer lacks ${name}.`, { retryable: true });
}
