/** What a run against a real account must be told, and what it is refused for. */

export interface LiveOptions {
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly baseImage: string;
}

/** As they come from the command line. */
export interface GivenOptions {
  readonly account?: string;
  readonly region?: string;
  readonly roleArn?: string;
  readonly baseImage?: string;
}

/** Everything that is wrong with the options, or the options. */
export function liveOptions({
  account = '',
  region = '',
  roleArn = '',
  baseImage = '',
}: GivenOptions): { readonly problems: readonly string[] } | LiveOptions {
  const [, roleAccount] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/.+$/.exec(roleArn) ?? [];
  const problems = [
    ...(/^\d{12}$/.test(account) ? [] : ['--account: the twelve digits of the account that may be used for this']),
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : ['--region: such as eu-west-1']),
    ...(roleAccount === undefined
      ? ['--role-arn: the ARN of a role that SageMaker may assume, and that reads ECR']
      : []),
    ...(/^\d{12}\.dkr\.ecr\.[^/]+\/.+/.test(baseImage) ? [] : ['--base-image: the URI of a container image in ECR']),
    // SageMaker passes no role of another account on, so that this settles where images are made.
    ...(roleAccount !== undefined && roleAccount !== account
      ? [`--role-arn is of account ${roleAccount}, --account says ${account || 'nothing'}: they must be the same`]
      : []),
  ];
  return problems.length > 0 ? { problems } : { account, region, roleArn, baseImage };
}
