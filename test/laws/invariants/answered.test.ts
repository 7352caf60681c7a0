import { everyRequestIsAnswered, noSecretIsWritten } from '../../../laws/invariants/answered.ts';
import { eventOf, found, requestOf } from '../../support/run.ts';

describe('everyRequestIsAnswered', () => {
  test.each([
    'CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [r].',
    'Response is not valid JSON',
    'Invalid PhysicalResourceId',
    'Response object is too long.',
  ])('finds what CloudFormation says where no answer came that it takes: %s', (ResourceStatusReason) => {
    const events = [eventOf('CREATE_FAILED', { ResourceStatusReason })];

    expect(found(everyRequestIsAnswered, [{ added: { events } }])).toEqual([
      `V1 CREATE_FAILED: ${ResourceStatusReason}`,
    ]);
  });

  test('takes a failure that was answered for an answer', () => {
    const events = [eventOf('CREATE_FAILED', { ResourceStatusReason: 'Received response status [FAILED].' })];

    expect(found(everyRequestIsAnswered, [{ added: { events } }])).toEqual([]);
  });
});

describe('noSecretIsWritten', () => {
  const ResponseURL =
    'https://bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Date=20261121T000000Z&X-Amz-Signature=c0ffee';
  const requests = [requestOf('Create', { ResponseURL })];

  test('finds the signature of a ResponseURL in a log line and in a Reason', () => {
    const events = [eventOf('CREATE_FAILED', { ResourceStatusReason: `PUT ${ResponseURL} failed` })];
    const logLines = ['{"message":"c0ffee"}', '{"message":"Answered"}'];

    expect(found(noSecretIsWritten, [{ added: { requests, events, logLines } }])).toEqual([
      '{"message":"c0ffee"}',
      `PUT ${ResponseURL} failed`,
    ]);
  });

  test('finds the signature of an earlier operation, too', () => {
    const steps = [{ added: { requests } }, { added: { logLines: ['{"message":"c0ffee"}'] } }];

    expect(found(noSecretIsWritten, steps)).toEqual(['{"message":"c0ffee"}']);
  });

  test('does not mind what else a ResponseURL says', () => {
    const logLines = ['{"message":"bucket.s3.eu-west-1.amazonaws.com did not answer"}'];

    expect(found(noSecretIsWritten, [{ added: { requests, logLines } }])).toEqual([]);
  });
});
