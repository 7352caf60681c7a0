import { readRequest } from '../../../src/cloudformation/request.ts';
import { createRequest, deleteRequest, updateRequest } from '../../support/provider/builders.ts';

describe('readRequest', () => {
  test.each([
    ['Create', createRequest()],
    ['Update', updateRequest()],
    ['Delete', deleteRequest()],
  ])('takes from a %s what the provider needs and nothing else', (_type, request) => {
    const event = { ...request, ServiceToken: 'arn:aws:lambda', ResourceType: 'Custom::SageMakerImageVersion' };

    expect(readRequest(event)).toEqual(request);
  });

  test('takes no PhysicalResourceId from a Create', () => {
    expect(readRequest({ ...createRequest(), PhysicalResourceId: 'any' })).not.toHaveProperty('PhysicalResourceId');
  });

  test.each(['ResourceURL', ['a', 'list'], null, 42])('takes ResourceProperties that are %j for none', (value) => {
    const { ResourceProperties } = readRequest({ ...createRequest(), ResourceProperties: value });

    expect(ResourceProperties).toEqual({});
  });

  test('takes missing OldResourceProperties for none', () => {
    const request = readRequest({ ...updateRequest(), OldResourceProperties: undefined });

    expect(request).toMatchObject({ RequestType: 'Update', OldResourceProperties: {} });
  });

  test.each(['ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId', 'PhysicalResourceId'])(
    'refuses an event in which %s is missing, empty or no string',
    (name) => {
      for (const value of [undefined, '', 42]) {
        const event = { ...updateRequest(), [name]: value };

        expect(() => readRequest(event)).toThrow(new Error(`This is no custom resource request: ${name} is missing.`));
      }
    },
  );

  test('refuses an event of another RequestType', () => {
    expect(() => readRequest({ ...createRequest(), RequestType: 'Read' })).toThrow(
      new Error('This is no custom resource request: RequestType is not Create, Update or Delete.'),
    );
  });

  test.each([undefined, null, 'text', ['list']])('refuses %j', (event) => {
    expect(() => readRequest(event)).toThrow(new Error('This is no custom resource request: ResponseURL is missing.'));
  });
});
