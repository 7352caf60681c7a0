import { readResponse } from '../../../sandbox/cloudformation/custom-resource.ts';

const ids = { StackId: 'arn:stack', RequestId: 'request-1', LogicalResourceId: 'A' };

function body(fields: object): string {
  return JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'a-1', ...ids, ...fields });
}

describe('a response', () => {
  it('contains the physical id and the attributes', () => {
    expect(readResponse(body({ Data: { Version: '3' } }), ids)).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'a-1',
      Data: { Version: '3' },
    });
  });

  it('has no attributes without Data', () => {
    expect(readResponse(body({}), ids)).toMatchObject({ Status: 'SUCCESS', Data: {} });
  });

  it('contains the Reason of a failure in CloudFormation’s words', () => {
    expect(readResponse(body({ Status: 'FAILED', Reason: 'No luck' }), ids)).toEqual({
      Status: 'FAILED',
      PhysicalResourceId: 'a-1',
      Reason:
        'Received response status [FAILED] from custom resource. Message returned: No luck (RequestId: request-1)',
    });
  });

  it('may have 4096 bytes', () => {
    const empty = Buffer.byteLength(body({ Reason: '' }));
    const longest = body({ Reason: 'x'.repeat(4096 - empty) });

    expect(readResponse(longest, ids).Status).toBe('SUCCESS');
  });

  it.each([
    ['of more than 4096 bytes', body({ Reason: 'ä'.repeat(2048) }), 'Response object is too long.'],
    ['that is not JSON', '{"Status":', 'Response is not a valid JSON object'],
    ['that is not an object', '"SUCCESS"', 'Response is not a valid JSON object'],
    ['to another request', body({ RequestId: 'request-2' }), 'Invalid RequestId'],
    ['of another stack', body({ StackId: 'arn:other' }), 'Invalid StackId'],
    ['for another resource', body({ LogicalResourceId: 'B' }), 'Invalid LogicalResourceId'],
    ['with an unknown Status', body({ Status: 'OK' }), 'Invalid Status'],
    ['without a physical id', body({ PhysicalResourceId: undefined }), 'Invalid PhysicalResourceId'],
    ['with an empty physical id', body({ PhysicalResourceId: '' }), 'Invalid PhysicalResourceId'],
    [
      'with a physical id of more than 1 KB',
      body({ PhysicalResourceId: 'ä'.repeat(513) }),
      'Invalid PhysicalResourceId',
    ],
    [
      'whose Data is not an object',
      body({ Data: 'x' }),
      'Value of property Data must be an object with String (or simple type) properties',
    ],
  ])('%s is invalid', (_words, text, Reason) => {
    expect(readResponse(text, ids)).toEqual({ Status: 'INVALID', Reason });
  });
});
