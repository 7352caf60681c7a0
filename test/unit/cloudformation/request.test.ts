import { readRequest } from '../../../src/cloudformation/request.ts';
import { createRequest, deleteRequest, updateRequest } from '../../support/provider/builders.ts';

const bucket = 'https://bucket.s3-eu-west-1.amazonaws.com/arn%3Aaws';

const issueTime = (ResponseURL: string) => readRequest({ ...createRequest(), ResponseURL }).issuedAt;

describe('The issue time', () => {
  test('reads the date of a signature of version 4', () => {
    const url = `${bucket}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T035810Z&X-Amz-Expires=7200`;

    expect(issueTime(url)).toBe(Date.parse('2026-11-21T03:58:10Z'));
  });

  test('takes two hours from the expiry of a signature of version 2', () => {
    const expires = Date.parse('2026-11-21T05:58:10Z') / 1000;

    expect(issueTime(`${bucket}?AWSAccessKeyId=AKIA&Expires=${expires}&Signature=abc`)).toBe(
      Date.parse('2026-11-21T03:58:10Z'),
    );
  });

  test.each([
    ['a date of another form', '?X-Amz-Date=2026-11-21'],
    ['a date with something after it', '?X-Amz-Date=20261121T035810Zulu'],
    ['a date that no calendar has', '?X-Amz-Date=20261321T035810Z'],
    ['an expiry that is no number', '?Expires=soon'],
    ['an expiry that is a duration', '?Expires=7200'],
    ['an expiry in milliseconds', '?Expires=1795233490000'],
    ['no query', ''],
  ])('is undefined for %s', (_what, query) => {
    expect(issueTime(bucket + query)).toBeUndefined();
  });

  test('is undefined for what is no URL', () => {
    expect(issueTime('nowhere?X-Amz-Date=20261121T035810Z')).toBeUndefined();
  });

  test('reads the expiry where the date is unreadable', () => {
    expect(issueTime(`${bucket}?X-Amz-Date=today&Expires=1795233490`)).toBe(1_795_233_490_000 - 7_200_000);
  });
});

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

  test('writes every number and boolean in the properties as a string, as CloudFormation does', () => {
    const properties = { ImageName: 42, Horovod: true, Aliases: [1.4, 'latest'], Extra: { deep: 0, none: null } };
    const request = readRequest({
      ...updateRequest(),
      ResourceProperties: properties,
      OldResourceProperties: properties,
    });

    const written = { ImageName: '42', Horovod: 'true', Aliases: ['1.4', 'latest'], Extra: { deep: '0', none: null } };
    expect(request).toMatchObject({ ResourceProperties: written, OldResourceProperties: written });
  });

  test.each([
    ['lists', '[', ']', '['.repeat(20)],
    ['maps', '{"a":', '}', '{"a":'.repeat(20)],
  ])('cuts properties that are nested in more than 20 levels of %s', (_what, open, close, kept) => {
    const levels = 100_000;
    const Aliases: unknown = JSON.parse(`${open.repeat(levels)}0${close.repeat(levels)}`);

    const { ResourceProperties } = readRequest({ ...createRequest(), ResourceProperties: { Aliases } });

    expect(JSON.stringify(ResourceProperties['Aliases'])).toBe(`${kept}"..."${close.repeat(20)}`);
  });

  test('reads a ServiceTimeout beside ServiceToken', () => {
    expect(readRequest({ ...createRequest(), ServiceTimeout: '30' }).ServiceTimeout).toBe('30');
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
