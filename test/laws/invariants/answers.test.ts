import {
  anAnswerStays,
  everyRequestIsAnswered,
  givenUpWithCause,
  noSecretIsWritten,
  successWaits,
  unconfirmedWithCause,
} from '../../../laws/invariants/answers.ts';
import type { Fault } from '../../../sandbox/faults/fault.ts';
import { answerOf, eventOf, found, madeBy, requestOf, versionArn } from '../../support/run.ts';
import { deny, deploy, duplicate, kill, late, onCall, scenario } from '../../support/scenario.ts';

describe('anAnswerStays', () => {
  const requests = [requestOf('Create')];

  test('finds SUCCESS that became FAILED, and SUCCESS with another id', () => {
    const failed = answerOf({ Status: 'FAILED' });
    const other = answerOf({ PhysicalResourceId: versionArn(2) });

    expect(found(anAnswerStays, [{ added: { requests, answers: [answerOf(), failed, other] } }])).toEqual([
      `Create V1: SUCCESS ${versionArn(1)}, then FAILED ${versionArn(1)}`,
      `Create V1: SUCCESS ${versionArn(1)}, then SUCCESS ${versionArn(2)}`,
    ]);
  });

  test('allows FAILED that becomes SUCCESS, and the failsafe to say FAILED', () => {
    const failed = answerOf({ Status: 'FAILED' });
    const byFailsafe = answerOf({ Status: 'FAILED', by: 'FailsafeFunction' });

    expect(found(anAnswerStays, [{ added: { requests, answers: [failed, answerOf(), byFailsafe] } }])).toEqual([]);
  });

  test('exempts a request that was cancelled', () => {
    const answers = [answerOf(), answerOf({ Status: 'FAILED' })];
    const events = [eventOf('CREATE_FAILED', { ResourceStatusReason: 'Resource creation cancelled' })];

    expect(found(anAnswerStays, [{ added: { requests, answers, events } }])).toEqual([]);
  });

  test('exempts an operation in which the provider may no longer see what it has done', () => {
    const operation = deploy([], { faults: [deny('DescribeImageVersion', { nth: 9 })] });
    const answers = [answerOf(), answerOf({ Status: 'FAILED' })];

    expect(found(anAnswerStays, [{ operation, added: { requests, answers } }])).toEqual([]);
  });
});

describe('successWaits', () => {
  const made = [madeBy('V1', 1)];

  test('finds a Create that is complete before its version is CREATED', () => {
    const added = {
      made,
      requests: [requestOf('Create')],
      answers: [answerOf({ at: 7, versionStatus: 'CREATING' })],
      events: [eventOf('CREATE_COMPLETE', { Timestamp: 7 })],
    };

    expect(found(successWaits, [{ added }])).toEqual([`V1 CREATE_COMPLETE: ${versionArn(1)} is CREATING`]);
  });

  test('finds a Delete that is complete before its version is gone', () => {
    const added = {
      made,
      requests: [requestOf('Delete')],
      answers: [answerOf({ at: 7, versionStatus: 'DELETING' })],
      events: [eventOf('DELETE_COMPLETE', { Timestamp: 7 })],
    };

    expect(found(successWaits, [{ added }])).toEqual([`V1 DELETE_COMPLETE: ${versionArn(1)} is DELETING`]);
  });

  test('finds nothing where the version of a Create is CREATED, and that of a Delete is gone', () => {
    const events = [eventOf('CREATE_COMPLETE', { Timestamp: 7 }), eventOf('DELETE_COMPLETE', { Timestamp: 8 })];
    const created = { made, events, requests: [requestOf('Create')], answers: [answerOf({ at: 7 })] };
    const gone = answerOf({ at: 8, versionStatus: undefined });
    const deleted = { made, events, requests: [requestOf('Delete')], answers: [gone] };

    expect(found(successWaits, [{ added: created }])).toEqual([]);
    expect(found(successWaits, [{ added: deleted }])).toEqual([]);
  });

  test('allows a Delete to leave alone what the resource has not made', () => {
    const added = {
      made: [madeBy('V2', 1)],
      requests: [requestOf('Delete')],
      answers: [answerOf({ at: 7 })],
      events: [eventOf('DELETE_COMPLETE', { Timestamp: 7 })],
    };

    expect(found(successWaits, [{ added }])).toEqual([]);
  });

  test('does not mind an answer that CloudFormation did not take', () => {
    const added = {
      made,
      requests: [requestOf('Create')],
      answers: [answerOf({ at: 7, versionStatus: 'CREATING' })],
      events: [eventOf('CREATE_COMPLETE', { Timestamp: 8 })],
    };

    expect(found(successWaits, [{ added }])).toEqual([]);
  });
});

describe('givenUpWithCause', () => {
  const added = {
    requests: [requestOf('Update')],
    answers: [answerOf({ Status: 'FAILED', by: 'FailsafeFunction' })],
  };

  test('finds a request that only the failsafe has answered although nothing has kept the provider from it', () => {
    const operation = deploy([], { faults: [onCall('CreateImageVersion', 'fail')] });

    expect(found(givenUpWithCause, [{ operation, added }])).toEqual(['Update V1 was given up']);
  });

  test('takes no second delivery for a cause', () => {
    const operation = deploy([], { faults: [duplicate(1, 90_000)] });

    expect(found(givenUpWithCause, [{ operation, added }])).toEqual(['Update V1 was given up']);
  });

  test('exempts an operation in which invocations die, and the one after it', () => {
    const operation = deploy([], { faults: [kill(1, 1)] });

    expect(found(givenUpWithCause, [{ operation, added }])).toEqual([]);
    expect(found(givenUpWithCause, [{ operation }, { added }])).toEqual([]);
  });

  test('exempts a request that was cancelled', () => {
    const events = [eventOf('UPDATE_FAILED', { ResourceStatusReason: 'Resource update cancelled' })];
    const others = [
      eventOf('UPDATE_FAILED', { LogicalResourceId: 'V2', ResourceStatusReason: 'Resource update cancelled' }),
    ];

    expect(found(givenUpWithCause, [{ added: { ...added, events } }])).toEqual([]);
    expect(found(givenUpWithCause, [{ added: { ...added, events: others } }])).toEqual(['Update V1 was given up']);
  });
});

describe('unconfirmedWithCause', () => {
  const unconfirmed = answerOf({ Status: 'FAILED', PhysicalResourceId: 'unconfirmed/0123' });
  const added = { requests: [requestOf('Create')], answers: [unconfirmed] };

  test.each<[what: string, faults: readonly Fault[]]>([
    ['nothing has gone wrong', []],
    ['a creation has failed', [{ on: 'creation', nth: 1, count: 1 }]],
    ['a deletion has failed', [{ on: 'deletion', nth: 1, count: 9 }]],
    ['Lambda has delivered a request twice', [duplicate(1, 90_000)]],
    ['SageMaker was busy', [onCall('CreateImageVersion', 'in-use')]],
    ['CloudFormation has throttled', [{ on: 'CloudFormation', does: 'throttle', nth: 1, count: 7 }]],
  ])('finds a Create that does not know what it has left although only %s', (_what, faults) => {
    expect(found(unconfirmedWithCause, [{ operation: deploy([], { faults }), added }])).toEqual([
      'Create V1 was answered with unconfirmed/0123',
    ]);
  });

  test.each<[what: string, fault: Fault]>([
    ['an answer was lost', onCall('CreateImageVersion', 'lost-answer')],
    ['an answer never came', onCall('DescribeImageVersion', 'hang')],
    ['SageMaker has throttled', onCall('ListAliases', 'throttle')],
    ['SageMaker has denied a call', deny('ListAliases')],
    ['an invocation has died', kill(1, 1)],
    ['the request came late', late(1, 90_000)],
  ])('exempts an operation in which %s, and the one after it', (_what, fault) => {
    const operation = deploy([], { faults: [fault] });

    expect(found(unconfirmedWithCause, [{ operation, added }])).toEqual([]);
    expect(found(unconfirmedWithCause, [{ operation }, { added }])).toEqual([]);
    expect(found(unconfirmedWithCause, [{ operation }, {}, { added }])).toHaveLength(1);
  });

  test('exempts a Create whose second delivery made a version while the first one removed its own', () => {
    const made = [madeBy('V1', 1), madeBy('V1', 2)];

    expect(found(unconfirmedWithCause, [{ added: { ...added, made } }])).toEqual([]);
  });

  test.each([
    ['exempts', 'gave up an adoption', true, 0],
    ['does not exempt', 'created a version', false, 1],
  ] as const)('%s a Create that %s while the reads of SageMaker are behind', (_verdict, _what, isAdopted, count) => {
    const reads: Fault = { on: 'reads', operations: ['ListAliases'], behindMs: 20_000, afterMs: 0, ms: 90_000 };
    const step = {
      operation: deploy([], { faults: [reads] }),
      added: { ...added, made: [{ ...madeBy('V1', 1), isAdopted }] },
    };

    expect(found(unconfirmedWithCause, [step])).toHaveLength(count);
  });

  test('exempts a function that is killed while it waits', () => {
    const short = { scenario: scenario([], { providerTimeoutSeconds: 10 }) };

    expect(found(unconfirmedWithCause, [{ added }], short)).toEqual([]);
  });

  test('does not mind what a Delete was asked about, what the failsafe says, and other ids', () => {
    const byFailsafe = { ...unconfirmed, by: 'FailsafeFunction' };

    expect(found(unconfirmedWithCause, [{ added: { ...added, requests: [requestOf('Delete')] } }])).toEqual([]);
    expect(found(unconfirmedWithCause, [{ added: { ...added, answers: [byFailsafe, answerOf()] } }])).toEqual([]);
  });
});

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
