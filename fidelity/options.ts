/** What a run against a real account needs, checked before anything is made. */
import { type CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
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

const accountProblem = '--account must be the twelve digits of an account.';
const regionProblem = '--region must be a Region, for example eu-west-1.';

/** What the stack needs: no role, because the stack makes one, and no container image. */
export function stackOptions({
  account = '',
  region = '',
}: GivenOptions): { readonly problems: readonly string[] } | Pick<LiveOptions, 'account' | 'region'> {
  const problems = [...(isAccount(account) ? [] : [accountProblem]), ...(isRegion(region) ? [] : [regionProblem])];
  return problems.length > 0 ? { problems } : { account, region };
}

const isAccount = (text: string) => /^\d{12}$/.test(text);
const isRegion = (text: string) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);

/** The options, or all problems with them. */
export function liveOptions({
  account = '',
  region = '',
  roleArn = '',
  baseImage = '',
}: GivenOptions): { readonly problems: readonly string[] } | LiveOptions {
  const [, roleAccount] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/.+$/.exec(roleArn) ?? [];
  const problems = [
    ...(isAccount(account) ? [] : [accountProblem]),
    ...(isRegion(region) ? [] : [regionProblem]),
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
  return otherAccount(Images[0]?.ImageArn, accountId);
}

/** The same for the credentials that deploy the stack: only an existing or deleted stack shows the account. */
export async function checkStackAccount(client: CloudFormationClient, accountId: string): Promise<string | undefined> {
  const { StackSummaries = [] } = await client.send(new ListStacksCommand({}));
  return otherAccount(StackSummaries[0]?.StackId, accountId);
}

function otherAccount(arn: string | undefined, accountId: string): string | undefined {
  const actual = arn?.split(':')[4];
  if (actual === undefined || actual === accountId) return undefined;
  return `The credentials belong to account ${actual}, not to ${accountId}. Nothing was made.`;
}
