import { createMacro, handler } from '../../src/macro.ts';
import { fakeLog } from '../support/provider/fake-log.ts';

const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';
const request = (properties: object) => ({
  requestId: 'request-1',
  params: {},
  fragment: { Resources: { Stable: { Type: 'AWS::SageMaker::ImageVersion', Properties: properties } } },
});

describe('createMacro', () => {
  it('returns the transformed template, and logs that it did', async () => {
    const log = fakeLog();

    const response = await createMacro({ ServiceToken, log })(request({ ImageName: 'data-science' }));

    expect(response).toEqual({
      requestId: 'request-1',
      status: 'success',
      fragment: {
        Resources: {
          Stable: { Type: 'Custom::SageMakerImageVersion', Properties: { ServiceToken, ImageName: 'data-science' } },
        },
      },
    });
    expect(log.lines).toEqual([
      { level: 'info', message: 'Transformed the template', details: { requestId: 'request-1' } },
    ]);
  });

  it('returns what is wrong, and logs that too', async () => {
    const log = fakeLog();

    const response = await createMacro({ ServiceToken, log })(request({ Name: 'data-science' }));

    const errorMessage = 'Stable: Name is not a property of AWS::SageMaker::ImageVersion.';
    expect(response).toEqual({ requestId: 'request-1', status: 'failure', errorMessage });
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message: `The macro refused a template. Correct the template: ${errorMessage}`,
        details: { requestId: 'request-1' },
      },
    ]);
  });
});

describe('handler', () => {
  it('rejects without the ServiceToken', async () => {
    const answer = handler(request({}));

    await expect(answer).rejects.toThrow(
      'The environment variable SERVICE_TOKEN must be the ARN of the function that provides the resource.',
    );
  });
});
