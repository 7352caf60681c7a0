import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { getProperty } from '../../src/errors.ts';
import { deployed, propertiesOf, template, templateText } from './deployment.ts';

/** As written; a call of an intrinsic function reads as its argument. */
const written: unknown = parse(templateText, { logLevel: 'silent' });

const at = (...path: readonly string[]): unknown => path.reduce(getProperty, written);

const alarms = [...template.Resources.values()].filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

describe('The parameters', () => {
  it('ask for nothing but the images', () => {
    const undefaulted = [...template.Parameters].filter(([, { Default }]) => Default === undefined);

    expect(undefaulted.map(([name]) => name)).toEqual(['ImageNamePattern']);
  });

  it('are all described, constrained, and labelled and grouped for the console', () => {
    const names = [...template.Parameters.keys()].sort();
    const groups = at('Metadata', 'AWS::CloudFormation::Interface', 'ParameterGroups');
    const grouped = Array.isArray(groups) ? groups.flatMap((group) => getProperty(group, 'Parameters')) : [];

    for (const [name, { Description, AllowedValues, AllowedPattern }] of template.Parameters) {
      expect({ name, isDescribed: Description !== undefined }).toEqual({ name, isDescribed: true });
      expect({ name, isConstrained: (AllowedValues ?? AllowedPattern) !== undefined }).toEqual({
        name,
        isConstrained: true,
      });
    }
    expect(grouped.sort()).toEqual(names);
    expect(Object.keys(Object(at('Metadata', 'AWS::CloudFormation::Interface', 'ParameterLabels'))).sort()).toEqual(
      names,
    );
  });

  it('are all described in docs/deploying.md', () => {
    const page = readFileSync('docs/deploying.md', 'utf8');

    expect([...template.Parameters.keys()].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('refuse what would only fail later, each in its own words', () => {
    const wrong = {
      ImageNamePattern: 'my image',
      PermissionsBoundary: 'Boundary',
      ProviderName: 'my_provider',
      AlarmTopic: 'topic',
      FailsafeReservedConcurrency: '0',
      ResponseUrlHosts: 'https://example.com',
      Runtime: 'nodejs20.x',
      LogKmsKey: 'alias/logs',
      SubnetIds: 'subnet-11111111, subnet-22222222',
      SecurityGroupIds: 'default',
    };

    expect(() => deployed(wrong)).toThrow(
      [
        'Parameter ImageNamePattern failed to satisfy constraint: an image name in which * stands for any characters and ? for one',
        'Parameter PermissionsBoundary failed to satisfy constraint: the ARN of an IAM policy, or nothing',
        'Parameter ResponseUrlHosts failed to satisfy constraint: names of hosts with commas between them, or nothing',
        'Parameter ProviderName failed to satisfy constraint: letters, digits and hyphens, beginning with a letter',
        'Parameter LogKmsKey failed to satisfy constraint: the ARN of a KMS key, or nothing',
        'Parameter AlarmTopic failed to satisfy constraint: the ARN of an SNS topic, or nothing',
        "Parameter 'Runtime' must be one of AllowedValues",
        'Parameter FailsafeReservedConcurrency failed to satisfy constraint: a number from 1 to 999, or nothing',
        'Parameter SubnetIds failed to satisfy constraint: ids of at most 16 subnets with commas between them, or nothing',
        'Parameter SecurityGroupIds failed to satisfy constraint: ids of at most 5 security groups with commas between them, or nothing',
      ].join('\n'),
    );
  });
});

const functions = ['ProviderFunction', 'FailsafeFunction', 'MacroFunction'];

describe('The VPC', () => {
  const SubnetIds = 'subnet-11111111,subnet-22222222';
  const SecurityGroupIds = 'sg-11111111';

  it.each(functions)('has the %s, if it is given', (name) => {
    expect(propertiesOf(name)).not.toHaveProperty('VpcConfig');
    expect(propertiesOf(name, { SubnetIds, SecurityGroupIds })).toMatchObject({
      VpcConfig: { SubnetIds: ['subnet-11111111', 'subnet-22222222'], SecurityGroupIds: ['sg-11111111'] },
    });
  });

  it('has every function of the template', () => {
    const all = [...template.Resources.values()].filter(({ Type }) => Type === 'AWS::Serverless::Function');

    expect(all.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(functions);
  });

  it('needs subnets and security groups', () => {
    expect(() => deployed({ SubnetIds })).toThrow(
      'Template error: the rule SubnetsNeedSecurityGroups does not hold: SubnetIds needs SecurityGroupIds. Set both, or neither.',
    );
    expect(() => deployed({ SecurityGroupIds })).toThrow(
      'Template error: the rule SecurityGroupsNeedSubnets does not hold: SecurityGroupIds needs SubnetIds. Set both, or neither.',
    );
    expect(deployed({ SubnetIds, SecurityGroupIds }).functions).toEqual(deployed().functions);
  });

  it('has at most the 16 subnets and 5 security groups that Lambda accepts', () => {
    const ids = (prefix: string, count: number) => Array.from({ length: count }, () => `${prefix}-11111111`).join(',');

    expect(() => deployed({ SubnetIds: ids('subnet', 16), SecurityGroupIds: ids('sg', 5) })).not.toThrow();
    expect(() => deployed({ SubnetIds: ids('subnet', 17), SecurityGroupIds })).toThrow('Parameter SubnetIds');
    expect(() => deployed({ SubnetIds, SecurityGroupIds: ids('sg', 6) })).toThrow('Parameter SecurityGroupIds');
  });
});

describe('The log groups', () => {
  const LogKmsKey = 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab';
  const logGroups = [...template.Resources.values()].filter(({ Type }) => Type === 'AWS::Logs::LogGroup');

  it('are encrypted with the KMS key, if one is given', () => {
    for (const { LogicalResourceId } of logGroups) {
      expect(propertiesOf(LogicalResourceId)).toEqual({ RetentionInDays: '90' });
      expect(propertiesOf(LogicalResourceId, { LogKmsKey })).toEqual({ RetentionInDays: '90', KmsKeyId: LogKmsKey });
    }
    expect(logGroups).toHaveLength(functions.length);
  });
});

describe('The findings of checkov that are skipped', () => {
  const skipped = [...template.Resources.keys()].flatMap((name) => {
    const skip = getProperty(getProperty(at('Resources', name, 'Metadata'), 'checkov'), 'skip');
    return (Array.isArray(skip) ? skip : []).map((one) => ({ name, id: one.id, comment: one.comment }));
  });

  it('each have a reason', () => {
    expect(skipped.length).toBeGreaterThan(0);
    for (const { name, id, comment } of skipped) {
      expect({ name, id, comment }).toEqual({ name, id, comment: expect.stringMatching(/^[A-Z].{40,}\.$/) });
    }
  });
});

describe('The functions', () => {
  it('are read from the template by the sandbox, with whatever it is deployed with', () => {
    const { functions } = deployed({
      LogLevel: 'DEBUG',
      Runtime: 'nodejs22.x',
      ProviderName: 'versions',
      ResponseUrlHosts: 's3.example.com',
    });

    expect(functions).toEqual([
      {
        LogicalResourceId: 'ProviderFunction',
        FunctionName: 'versions',
        FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:versions',
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        codePath: '/project/dist/provider',
        Timeout: 900,
        MemorySize: 256,
        Environment: { PROVIDER_VERSION: version, RESPONSE_URL_HOSTS: 's3.example.com', VERIFY_REQUESTS: 'false' },
        LogGroupName: 'provider-ProviderLogGroup',
        ApplicationLogLevel: 'DEBUG',
        EventInvokeConfig: {
          MaximumRetryAttempts: 2,
          MaximumEventAgeInSeconds: 2400,
          OnFailure: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-FailsafeFunction',
        },
      },
      {
        LogicalResourceId: 'FailsafeFunction',
        FunctionName: 'provider-FailsafeFunction',
        FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-FailsafeFunction',
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        codePath: '/project/dist/failsafe',
        Timeout: 60,
        MemorySize: 128,
        Environment: { PROVIDER_LOG_GROUP: 'provider-ProviderLogGroup', RESPONSE_URL_HOSTS: 's3.example.com' },
        LogGroupName: 'provider-FailsafeLogGroup',
        EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 },
      },
    ]);
  });

  it('take none of the account’s concurrency unless told to', () => {
    expect(propertiesOf('FailsafeFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(propertiesOf('FailsafeFunction', { FailsafeReservedConcurrency: '2' })).toMatchObject({
      ReservedConcurrentExecutions: '2',
    });
  });

  it('are exported under the provider’s name, with the ServiceToken that 0007 freezes', () => {
    expect(deployed().exports).toEqual({
      'sagemaker-image-version-provider-ServiceToken':
        'arn:aws:lambda:eu-west-1:111122223333:function:sagemaker-image-version-provider',
      'sagemaker-image-version-provider-ProviderFunctionName': 'sagemaker-image-version-provider',
      'sagemaker-image-version-provider-FailsafeFunctionName': 'provider-FailsafeFunction',
      'sagemaker-image-version-provider-ProviderLogGroup': 'provider-ProviderLogGroup',
      'sagemaker-image-version-provider-FailsafeLogGroup': 'provider-FailsafeLogGroup',
    });
  });
});

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('The alarms', () => {
  const AlarmTopic = 'arn:aws:sns:eu-west-1:111122223333:operators';

  it('watch the failsafe, the way to it, and what it could not do', () => {
    const watched = alarms.map(({ LogicalResourceId }) => propertiesOf(LogicalResourceId, { AlarmTopic }));

    const once = {
      Namespace: 'AWS/Lambda',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [AlarmTopic],
      AlarmDescription: expect.stringMatching(/log|role/i),
    };
    const of = (FunctionName: string) => [{ Name: 'FunctionName', Value: FunctionName }];
    expect(watched).toEqual([
      { ...once, MetricName: 'Invocations', Dimensions: of('provider-FailsafeFunction') },
      { ...once, MetricName: 'DestinationDeliveryFailures', Dimensions: of('sagemaker-image-version-provider') },
      { ...once, MetricName: 'AsyncEventsDropped', Dimensions: of('provider-FailsafeFunction') },
      { ...once, Namespace: 'sagemaker-image-version-provider', MetricName: 'NeedsAttention' },
    ]);
  });

  it('exist only if AlarmTopic is given', () => {
    expect(alarms.map(({ Condition }) => Condition)).toEqual(Array(4).fill('HasAlarmTopic'));
  });

  it('count of the provider’s log what nobody else tells, in the words that it has', () => {
    const { FilterPattern, ...metric } = Object(propertiesOf('AttentionMetric', { AlarmTopic }));

    expect(metric).toEqual({
      LogGroupName: 'provider-ProviderLogGroup',
      MetricTransformations: [
        { MetricNamespace: 'sagemaker-image-version-provider', MetricName: 'NeedsAttention', MetricValue: '1' },
      ],
    });
    expect(FilterPattern).toBe(
      '{ ($.needsAttention IS TRUE) || (($.level = "ERROR") && ($.error.code = "AccessDenied")) }',
    );
  });
});

describe('The publication', () => {
  it('bears the version of package.json, and names files that are there', () => {
    const application = at('Metadata', 'AWS::ServerlessRepo::Application');

    expect(getProperty(application, 'SemanticVersion')).toBe(
      getProperty(JSON.parse(readFileSync('package.json', 'utf8')), 'version'),
    );
    for (const file of ['LicenseUrl', 'ReadmeUrl']) {
      expect(readFileSync(String(getProperty(application, file)), 'utf8')).not.toBe('');
    }
  });

  it('keeps to the limits of the Serverless Application Repository', () => {
    const application = at('Metadata', 'AWS::ServerlessRepo::Application');
    const labels = getProperty(application, 'Labels');

    expect(getProperty(application, 'Name')).toMatch(/^[a-zA-Z0-9-]{1,140}$/);
    expect(getProperty(application, 'Author')).toMatch(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,125}[a-zA-Z0-9])?$/);
    expect(String(getProperty(application, 'Description')).length).toBeLessThanOrEqual(256);
    expect(labels).toHaveLength(5);
    expect(getProperty(application, 'SpdxLicenseId')).toBe('Apache-2.0');
  });
});
