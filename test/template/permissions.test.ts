import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getProperty } from '../../src/errors.ts';
import { propertiesOf, template } from './deployment.ts';

/**
 * On what each action is allowed, by AWS's service authorization reference (cfn-lint 1.58.0's copy of it says the same).
 * None has a dependent action.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
const resourceTypes: Readonly<Record<string, readonly string[]>> = {
  'sagemaker:CreateImageVersion': ['image'],
  'sagemaker:DescribeImageVersion': ['image-version'],
  'sagemaker:UpdateImageVersion': ['image-version'],
  'sagemaker:DeleteImageVersion': ['image-version'],
  'sagemaker:ListAliases': ['image', 'image-version'],
  'cloudformation:DescribeStacks': ['stack'],
  'cloudformation:DescribeStackResource': ['stack'],
  'cloudformation:DescribeStackEvents': ['stack'],
};

/** What a type's ARNs are in template.yaml, after the account's id. */
const arnsOfType: Readonly<Record<string, string>> = {
  image: 'image/studio-*',
  'image-version': 'image-version/studio-*/*',
  stack: 'stack/*',
};

/** As IAM calls them, the operations of every AWS client that the code imports a command of. */
function actionsInTheCode(): readonly string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const imports = files.flatMap((file) => [
    ...readFileSync(join('src', file), 'utf8').matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g),
  ]);
  const actions = imports.flatMap(([, names = '', service]) =>
    [...names.matchAll(/\b(\w+)Command\b/g)].map(([, operation]) => `${service}:${operation}`),
  );
  return [...new Set(actions)].sort();
}

/** One line for each action and resource that a role allows. */
function allowed(role: string, parameters: Readonly<Record<string, string>> = {}): readonly string[] {
  const lines = listOf(getProperty(propertiesOf(role, parameters), 'Policies')).flatMap((policy) =>
    listOf(getProperty(getProperty(policy, 'PolicyDocument'), 'Statement')).flatMap((statement) => {
      expect(Object.keys(Object(statement)).sort()).toEqual(['Action', 'Effect', 'Resource', 'Sid']);
      expect(getProperty(statement, 'Effect')).toBe('Allow');
      return listOf(getProperty(statement, 'Action')).flatMap((action) =>
        listOf(getProperty(statement, 'Resource')).map((resource) => `${action} on ${resource}`),
      );
    }),
  );
  return lines.sort();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** An action on the resources of its type, in this account and Region. */
function onItsTypes(action: string, partition: string): readonly string[] {
  const [service = ''] = action.split(':');
  return (resourceTypes[action] ?? []).map(
    (type) => `${action} on arn:${partition}:${service}:eu-west-1:111122223333:${arnsOfType[type]}`,
  );
}

describe('What the provider may do', () => {
  it('is known for every operation that the code calls, and for none besides', () => {
    expect(actionsInTheCode()).toEqual(Object.keys(resourceTypes).sort());
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso'])(
    'is what the code calls, on the resources that each action is for, then its failsafe and its log, in %s',
    (partition) => {
      const calls = actionsInTheCode().flatMap((action) => onItsTypes(action, partition));

      expect(allowed('ProviderRole', { partition })).toEqual(
        [
          ...calls,
          `lambda:InvokeFunction on arn:${partition}:lambda:eu-west-1:111122223333:function:provider-FailsafeFunction`,
          `logs:CreateLogStream on arn:${partition}:logs:eu-west-1:111122223333:log-group:provider-ProviderLogGroup:*`,
          `logs:PutLogEvents on arn:${partition}:logs:eu-west-1:111122223333:log-group:provider-ProviderLogGroup:*`,
        ].sort(),
      );
    },
  );

  it('is, for the failsafe, to write its log', () => {
    expect(allowed('FailsafeRole')).toEqual([
      'logs:CreateLogStream on arn:aws:logs:eu-west-1:111122223333:log-group:provider-FailsafeLogGroup:*',
      'logs:PutLogEvents on arn:aws:logs:eu-west-1:111122223333:log-group:provider-FailsafeLogGroup:*',
    ]);
  });

  it.each(['ProviderRole', 'FailsafeRole', 'MacroRole'])(
    'can be assumed only by Lambda, and has the given permissions boundary: %s',
    (role) => {
      const boundary = 'arn:aws:iam::111122223333:policy/Boundary';

      expect(propertiesOf(role)).toEqual(
        expect.objectContaining({
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        }),
      );
      expect(propertiesOf(role)).not.toHaveProperty('PermissionsBoundary');
      expect(propertiesOf(role)).not.toHaveProperty('ManagedPolicyArns');
      expect(propertiesOf(role, { PermissionsBoundary: boundary })).toMatchObject({ PermissionsBoundary: boundary });
    },
  );

  it('is, for the macro, to write its log', () => {
    expect(allowed('MacroRole')).toEqual([
      'logs:CreateLogStream on arn:aws:logs:eu-west-1:111122223333:log-group:provider-MacroLogGroup:*',
      'logs:PutLogEvents on arn:aws:logs:eu-west-1:111122223333:log-group:provider-MacroLogGroup:*',
    ]);
  });

  it.each(['ProviderRole', 'FailsafeRole', 'MacroRole'])(
    'is, with a VPC, to have Lambda connect the function to it: %s',
    (role) => {
      const actions = [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ];
      const vpc = { SubnetIds: 'subnet-11111111', SecurityGroupIds: 'sg-11111111' };

      expect(propertiesOf(role, vpc)).toMatchObject({ ManagedPolicyArns: ['provider-NetworkPolicy'] });
      expect(allowed(role, vpc)).toEqual(allowed(role));
      expect(template.Resources.get('NetworkPolicy')?.Condition).toBe('HasVpc');
      expect(getProperty(propertiesOf('NetworkPolicy', vpc), 'PolicyDocument')).toEqual({
        Version: '2012-10-17',
        Statement: [
          { Sid: 'ConnectToTheVpc', Effect: 'Allow', Action: actions, Resource: '*' },
          {
            Sid: 'KeepThisFromTheCode',
            Effect: 'Deny',
            Action: actions,
            Resource: '*',
            Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
          },
        ],
      });
    },
  );

  it('comes from these roles: every function has one of them', () => {
    const roles = [...template.Resources.values()]
      .filter(({ Type }) => Type === 'AWS::Serverless::Function')
      .map(({ LogicalResourceId }) => getProperty(propertiesOf(LogicalResourceId), 'Role'));

    expect(roles).toEqual([
      'arn:aws:iam::111122223333:role/provider-ProviderRole',
      'arn:aws:iam::111122223333:role/provider-FailsafeRole',
      'arn:aws:iam::111122223333:role/provider-MacroRole',
    ]);
  });
});
