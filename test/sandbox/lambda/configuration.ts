/** A valid function configuration for the tests of the simulated Lambda. */
import type { FunctionConfiguration } from '../../../sandbox/lambda/function.ts';

export function functionConfiguration(overrides: Partial<FunctionConfiguration> = {}): FunctionConfiguration {
  const FunctionName = overrides.FunctionName ?? 'provider';
  return {
    LogicalResourceId: 'ProviderFunction',
    FunctionName,
    FunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${FunctionName}`,
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    codePath: '/nowhere',
    Timeout: 900,
    MemorySize: 256,
    Environment: {},
    LogGroupName: '/aws/lambda/provider',
    EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 2400 },
    ...overrides,
  };
}
