/**
 * The stack that answers questions about CloudFormation: a custom resource whose function returns what it sees of each
 * request. The function never returns or logs the ResponseURL, only its date.
 */

/** Runs in Lambda, so it is text: nothing bundles it. */
export const functionCode = `
exports.handler = async ({ ResponseURL, ServiceTimeout, ResourceProperties, ...request }) => {
  const { RequestType, StackId, RequestId, LogicalResourceId } = request;
  const { Id, WaitMs, Fails } = ResourceProperties;
  await new Promise((resolve) => setTimeout(resolve, Number(WaitMs)));
  const places = [ServiceTimeout && 'event', ResourceProperties.ServiceTimeout && 'ResourceProperties'].filter(Boolean);
  const answer = {
    ...{ StackId, RequestId, LogicalResourceId },
    Status: Fails === RequestType ? 'FAILED' : 'SUCCESS',
    Reason: 'The probe asks for it',
    PhysicalResourceId: RequestType === 'Delete' ? request.PhysicalResourceId : Id,
    Data: {
      IssuedAt: new URL(ResponseURL).searchParams.get('X-Amz-Date'),
      ServiceTimeoutIn: places.length === 2 ? 'both' : (places[0] ?? 'nowhere'),
    },
  };
  const { ok, status } = await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
  if (!ok) throw new Error('HTTP status ' + status);
};
`;

export interface ProbedStack {
  /** The physical id of the resource. */
  readonly Id: string;
  readonly Value: number;
  /** Adds a resource whose Create fails, after the resource itself was updated. */
  readonly isBroken?: boolean;
  /** The time until the function answers. */
  readonly waitMs: number;
}

export function stackTemplate({ Id, Value, isBroken = false, waitMs }: ProbedStack): string {
  const probe = {
    ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
    ServiceTimeout: 600,
    WaitMs: waitMs,
  };
  const broken = {
    Type: 'Custom::FidelityProbe',
    DependsOn: 'Probe',
    Properties: { ...probe, Id: 'broken', Fails: 'Create' },
  };
  return JSON.stringify({
    Description: 'Answers questions about CloudFormation. You can delete it.',
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Timeout: 120,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: functionCode },
        },
      },
      Probe: { Type: 'Custom::FidelityProbe', Properties: { ...probe, Id, Value } },
      ...(isBroken && { Broken: broken }),
    },
    Outputs: {
      IssuedAt: { Value: { 'Fn::GetAtt': ['Probe', 'IssuedAt'] } },
      ServiceTimeoutIn: { Value: { 'Fn::GetAtt': ['Probe', 'ServiceTimeoutIn'] } },
    },
  });
}
