import { translate } from '../../release/translate.ts';

const codeOf = (CodeUri: string) => ({ ZipFile: `code of ${CodeUri}` });

describe('The translation of a SAM template', () => {
  it('makes a function and its asynchronous invocation from a serverless function', () => {
    const template = {
      Transform: 'AWS::Serverless-2016-10-31',
      Description: 'A provider',
      Globals: { Function: { Handler: 'index.handler', Runtime: { Ref: 'Runtime' } } },
      Resources: {
        Provider: {
          Type: 'AWS::Serverless::Function',
          Condition: 'IsWanted',
          Metadata: { BuildMethod: 'makefile', ContextPath: '.', WorkingDirectory: '.', checkov: { skip: [] } },
          Properties: {
            CodeUri: 'dist/provider/',
            Timeout: 900,
            EventInvokeConfig: {
              MaximumRetryAttempts: 2,
              DestinationConfig: { OnFailure: { Type: 'Lambda', Destination: 'arn' } },
            },
          },
        },
      },
    };

    expect(translate(template, codeOf)).toEqual({
      Description: 'A provider',
      Resources: {
        Provider: {
          Type: 'AWS::Lambda::Function',
          Condition: 'IsWanted',
          Metadata: { checkov: { skip: [] } },
          Properties: {
            Code: { ZipFile: 'code of dist/provider/' },
            Handler: 'index.handler',
            Runtime: { Ref: 'Runtime' },
            Timeout: 900,
          },
        },
        ProviderEventInvokeConfig: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Condition: 'IsWanted',
          Metadata: { checkov: { skip: [] } },
          Properties: {
            FunctionName: { Ref: 'Provider' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 2,
            DestinationConfig: { OnFailure: { Destination: 'arn' } },
          },
        },
      },
    });
  });

  it('leaves every other resource and section as it is', () => {
    const Resources = { Log: { Type: 'AWS::Logs::LogGroup', Metadata: { Why: 'a log' }, Properties: {} } };
    const Outputs = { Log: { Value: { Ref: 'Log' } } };

    expect(translate({ Resources, Outputs }, codeOf)).toEqual({ Resources, Outputs });
  });
});
