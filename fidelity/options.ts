/** What a run against a real account needs, checked before anything is made. */
import { ListImagesCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';

export interface LiveOptions {
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly baseImage: string;
}

/** As given on the command line. */
export interface GivenOptions {
  readonly account?: string;
  readonly region?: string;
  readonly roleArn?: string;
  readonly baseImage?: string;
}

/** The options, or all problems with them. */
export function liveOptions({
  account = '',
  region = '',
  roleArn = '',
  baseImage = '',
}: GivenOptions): { readonly problems: readonly string[] } | LiveOptions {
  const [, roleAccount] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/.+$/.exec(roleArn) ?? [];
  const problems = [
    ...(/^\d{12}$/.test(account) ? [] : ['--account: the twelve digits of the account to use']),
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : ['--region: for example eu-west-1']),
    ...(roleAccount === undefined
      ? ['--role-arn: the ARN of a role that SageMaker can assume and that can read ECR']
      : []),
    ...(/^\d{12}\.dkr\.ecr\.[^/]+\/.+/.test(baseImage) ? [] : ['--base-image: the URI of a container image in ECR']),
    // SageMaker accepts only a role of its own account, so the role decides in which account images are made.
    ...(roleAccount !== undefined && roleAccount !== account
      ? [`--role-arn has the account ${roleAccount}, --account has ${account || 'none'}: they must be the same`]
      : []),
  ];
  return problems.length > 0 ? { problems } : { account, region, roleArn, baseImage };
}

/**
 * Resolves with a sentence if the credentials belong to another account, else with undefined. Only an existing image shows
 * the account. Without one, the role decides (above), and the laboratory checks the ARN of its first image.
 */
export async function checkAccount(client: SageMakerClient, accountId: string): Promise<string | undefined> {
  const { Images = [] } = await client.send(new ListImagesCommand({ MaxResults: 1 }));
  const actual = Images[0]?.ImageArn?.split(':')[4];
  if (actual === undefined || actual === accountId) return undefined;
  return `The credentials belong to account ${actual}, not to ${accountId}. Nothing was made.`;
}
