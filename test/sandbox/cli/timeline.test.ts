import { axisTicks, drawTimeline } from '../../../sandbox/cli/timeline/draw.ts';
import { createRecorder, lanesOf, type Recording, stackSpans } from '../../../sandbox/cli/timeline/recording.ts';
import { requestIn } from '../../../sandbox/cloudformation/custom-resource.ts';
import type { StackEvent } from '../../../sandbox/cloudformation/stack.ts';
import { traceIdOf } from '../../../sandbox/lambda/function.ts';
import { type ApiAnswer, errorAnswer, successAnswer } from '../../../sandbox/sagemaker/api-answer.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const StackId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/mine/1';

/** "1.5 Only CREATE_COMPLETE": after so many seconds; `mine` is the stack. */
function event(told: string): StackEvent {
  const [seconds = '', LogicalResourceId = '', ResourceStatus = '', ...reason] = told.split(' ');
  const isStack = LogicalResourceId === 'mine';
  const isImage = LogicalResourceId === 'Image';
  return {
    EventId: told,
    StackId,
    StackName: 'mine',
    LogicalResourceId,
    PhysicalResourceId: isStack ? StackId : isImage ? 'arn:aws:sagemaker:eu-west-1:1:image/studio' : 'any',
    ResourceType: isStack ? 'AWS::CloudFormation::Stack' : isImage ? 'AWS::SageMaker::Image' : 'Custom::Thing',
    Timestamp: Number(seconds) * 1000,
    ResourceStatus,
    ...(reason.length > 0 && { ResourceStatusReason: reason.join(' ') }),
  };
}

const call = { operation: 'ListAliases', kind: 'call', ImageName: 'studio' } as const;
const recording: Recording = {
  events: [
    '0 mine UPDATE_IN_PROGRESS User Initiated',
    '0 Image CREATE_IN_PROGRESS',
    '1 Image CREATE_COMPLETE',
    '1 Only UPDATE_IN_PROGRESS',
    '2 Only UPDATE_IN_PROGRESS Requested update required <a> "new" one',
    '3 Only UPDATE_COMPLETE',
    '3 Other CREATE_IN_PROGRESS',
    '5 Other CREATE_FAILED',
    '5 mine UPDATE_ROLLBACK_IN_PROGRESS',
    '6 Only DELETE_IN_PROGRESS',
    '8 Only DELETE_COMPLETE',
    '8 mine UPDATE_ROLLBACK_COMPLETE',
  ].map(event),
  invocations: [
    { LogicalResourceId: 'Only', RequestType: 'Update', beganAt: 1000, endedAt: 3000, outcome: 'returned' },
    { LogicalResourceId: 'Only', RequestType: 'Update', beganAt: 2000, endedAt: 2500, outcome: 'exited' },
    { LogicalResourceId: 'Only', RequestType: 'Delete', beganAt: 6000, endedAt: 8000, outcome: 'returned' },
  ],
  calls: [
    { ...call, LogicalResourceId: 'Only', beganAt: 1000, endedAt: 1100, error: 'ThrottlingException' },
    { ...call, kind: 'retry', LogicalResourceId: 'Only', beganAt: 1500, endedAt: 1510 },
    { ...call, kind: 'poll', LogicalResourceId: 'Only', beganAt: 2000, endedAt: 2010 },
    { ...call, operation: 'CreateImage', LogicalResourceId: undefined, beganAt: 0, endedAt: 10 },
    { ...call, operation: 'ListImages', LogicalResourceId: undefined, beganAt: 0, endedAt: 10 },
  ],
  faults: [{ given: 'throttle=1', description: 'throttle (ListAliases)', at: 1000 }],
};

describe('the recorder', () => {
  function recorded() {
    const clock = new ManualClock(0);
    const recorder = createRecorder({ clock });
    const awsRequestId = '64f4a8be-bd0f-468b-9121-802f9c5feaa5';
    const event = { RequestType: 'Create', RequestId: 'one', LogicalResourceId: 'Only' };
    const attempt = { functionArn: 'arn', event, awsRequestId, number: 1 };
    const makeCall = (operation: string, answer: () => Promise<ApiAnswer>, ImageName = 'studio') =>
      recorder.interceptor(operation, { ImageName }, answer, traceIdOf(awsRequestId)).catch(() => undefined);
    return { clock, recorder, attempt, makeCall };
  }
  const succeed = async () => successAnswer({}, 'id');
  const throttle = async () => errorAnswer('ThrottlingException', 'Rate exceeded', 'id');
  const breakOff = async () => {
    throw new Error('socket hang up');
  };

  test('knows for which resource a call is made, and a repeat of a failed call from one of a successful call', async () => {
    const { recorder, attempt, makeCall } = recorded();
    await recorder.invocation(attempt, async () => {
      await makeCall('DescribeImageVersion', throttle);
      await makeCall('DescribeImageVersion', succeed);
      await makeCall('DescribeImageVersion', succeed);
      await makeCall('DescribeImageVersion', succeed, 'other');
      await makeCall('UpdateImageVersion', breakOff);
      await makeCall('UpdateImageVersion', succeed);
      await makeCall('UpdateImageVersion', succeed);
      return { outcome: 'returned', payload: null };
    });

    expect(recorder.recording.calls.map(({ operation, kind, error }) => [operation, kind, error])).toEqual([
      ['DescribeImageVersion', 'call', 'ThrottlingException'],
      ['DescribeImageVersion', 'retry', undefined],
      ['DescribeImageVersion', 'poll', undefined],
      ['DescribeImageVersion', 'call', undefined],
      ['UpdateImageVersion', 'call', 'no answer'],
      ['UpdateImageVersion', 'retry', undefined],
      ['UpdateImageVersion', 'call', undefined],
    ]);
    expect(new Set(recorder.recording.calls.map((each) => each.LogicalResourceId))).toEqual(new Set(['Only']));
  });

  test('records a look-up that finds nothing as such, and a denial or error that a fault gives as an error', async () => {
    const { recorder, attempt, makeCall } = recorded();
    const absent = async () => errorAnswer('ResourceNotFound', 'Version 2 does not exist', 'id');
    const deny = async () => errorAnswer('AccessDeniedException', 'No access', 'id');
    const own = (answer: () => Promise<ApiAnswer>) => () => recorder.ownAnswerInterceptor('', {}, answer, undefined);

    await recorder.invocation(attempt, async () => {
      await makeCall('DescribeImageVersion', own(absent));
      await makeCall('DescribeImageVersion', own(absent));
      await makeCall('DescribeImageVersion', own(deny), 'other');
      await makeCall('DescribeImageVersion', deny, 'denied');
      await makeCall('ListAliases', absent);
      await makeCall('ListAliases', own(throttle), 'other');
      await makeCall('DeleteImageVersion', own(absent));
      return { outcome: 'returned', payload: null };
    });

    expect(
      recorder.recording.calls.map(({ operation, kind, error, foundNothing }) => [
        operation,
        kind,
        error,
        foundNothing,
      ]),
    ).toEqual([
      ['DescribeImageVersion', 'call', undefined, 'ResourceNotFound'],
      ['DescribeImageVersion', 'poll', undefined, 'ResourceNotFound'],
      ['DescribeImageVersion', 'call', undefined, 'AccessDeniedException'],
      ['DescribeImageVersion', 'call', 'AccessDeniedException', undefined],
      ['ListAliases', 'call', 'ResourceNotFound', undefined],
      ['ListAliases', 'call', 'ThrottlingException', undefined],
      ['DeleteImageVersion', 'call', 'ResourceNotFound', undefined],
    ]);
  });

  test('writes down how long an invocation has run, and how it has ended', async () => {
    const { clock, recorder, attempt } = recorded();

    await recorder.invocation(attempt, async () => {
      await clock.advance(1500);
      return { outcome: 'timed out' };
    });

    expect(recorder.recording.invocations).toEqual([
      { LogicalResourceId: 'Only', RequestType: 'Create', beganAt: 0, endedAt: 1500, outcome: 'timed out' },
    ]);
  });

  test('finds the request in the record that the failsafe gets, and none in another event', () => {
    const request = { RequestType: 'Create', RequestId: 'one', LogicalResourceId: 'Only' };

    expect(requestIn({ requestPayload: request })).toEqual({ event: request, ...request });
    expect(requestIn({ fragment: {} })).toBeUndefined();
    expect(requestIn('text')).toBeUndefined();
  });
});

test('a resource has a span for each thing that was done to it', () => {
  const spans = lanesOf(recording).map(({ LogicalResourceId, spans }) => [
    LogicalResourceId,
    ...spans.map(({ beganAt, endedAt, status }) => `${beganAt}-${endedAt} ${status}`),
  ]);

  expect(spans).toEqual([
    ['Image', '0-1000 CREATE_COMPLETE'],
    ['Only', '1000-3000 UPDATE_COMPLETE', '6000-8000 DELETE_COMPLETE'],
    ['Other', '3000-5000 CREATE_FAILED'],
  ]);
  expect(stackSpans(recording).map(({ beganAt, endedAt, status }) => `${beganAt}-${endedAt} ${status}`)).toEqual([
    '0-5000 UPDATE_IN_PROGRESS',
    '5000-8000 UPDATE_ROLLBACK_IN_PROGRESS',
    '8000-8000 UPDATE_ROLLBACK_COMPLETE',
  ]);
});

test('calls of an image that nobody has signed belong to the Image, others to nobody', () => {
  const calls = lanesOf(recording).map(({ LogicalResourceId, calls }) => `${LogicalResourceId} ${calls.length}`);

  expect(calls).toEqual(['Image 1', 'Only 3', 'Other 0']);
});

test('what has not ended is in progress to the end', () => {
  const events = ['0 mine CREATE_IN_PROGRESS', '1 Only CREATE_IN_PROGRESS', '4 mine CREATE_FAILED'].map(event);

  const [lane] = lanesOf({ events, invocations: [], calls: [], faults: [] });

  expect(lane?.spans).toEqual([{ beganAt: 1000, endedAt: 4000, status: 'CREATE_IN_PROGRESS' }]);
});

describe('the drawing', () => {
  const svg = drawTimeline('mine', 'UPDATE_ROLLBACK_COMPLETE', recording);
  const count = (pattern: RegExp) => svg.match(pattern)?.length ?? 0;
  const lane = (id: string) => svg.slice(svg.indexOf(`id="${id}"`)).split('<g class="resource"')[0] ?? '';

  test('has a title, a legend, an axis, the stack, and a lane for each resource', () => {
    expect(svg).toContain('>mine: UPDATE_ROLLBACK_COMPLETE after 8.0 s</text>');
    expect(count(/<g class="legend">/g)).toBe(1);
    expect([...svg.matchAll(/text-anchor="middle"[^>]*>([^<]*)</g)].map(([, text]) => text)).toEqual(
      ['0', '1', '2', '3', '4', '5', '6', '7', '8'].map((second) => `${second} s`),
    );
    expect(count(/<g class="stack">/g)).toBe(1);
    expect([...svg.matchAll(/<g class="resource" id="(\w+)">/g)].map(([, id]) => id)).toEqual([
      'Image',
      'Only',
      'Other',
    ]);
  });

  test('has a bar for each thing done, as wide as it was long, in the colour of its end', () => {
    // 970 pixels are 8 seconds.
    expect(lane('Only')).toContain('<rect x="311.3" y="201" width="242.5" height="20" rx="3" fill="#2e9e5b"/>');
    expect(lane('Other')).toMatch(/<rect x="553.8" y="\d+" width="242.5" height="20" rx="3" fill="#c8322b"\/>/);
    expect(count(/<g class="bar">/g)).toBe(3 + 4);
  });

  test('has every invocation, those at the same time under each other, with a cross where one has died', () => {
    const invocations = lane('Only').match(/<g class="invocation">.*<\/g>/g) ?? [];

    expect(invocations.map((each) => [/ y="(\d+)"/.exec(each)?.[1], each.includes('l8 8m0')])).toEqual([
      ['228', false],
      ['228', false],
      ['237', true],
    ]);
  });

  test('has a tick with a tooltip for every call', () => {
    const ticks = [...lane('Only').matchAll(/<g class="(call|poll|retry)"><title>(.*?)<\/title>/g)];

    expect(ticks.map(([, kind, told]) => [kind, told])).toEqual([
      ['call', 'call: ListAliases, 0.10 s, ThrottlingException'],
      ['retry', 'retry: ListAliases, 0.01 s'],
      ['poll', 'poll: ListAliases, 0.01 s'],
    ]);
  });

  test('shows a look-up that finds nothing in a quiet colour, and not as an error', () => {
    const found = {
      ...call,
      LogicalResourceId: 'Only',
      beganAt: 4000,
      endedAt: 4100,
      foundNothing: 'ResourceNotFound',
    };
    const drawn = drawTimeline('mine', 'UPDATE_COMPLETE', { ...recording, calls: [found] });
    const [, tick = ''] = /<title>(call: ListAliases.*?)<\/g>/.exec(drawn) ?? [];

    expect(tick).toContain('call: ListAliases, 0.10 s, found nothing (ResourceNotFound)</title>');
    expect(tick).toContain('#8a93a0');
    expect(tick).not.toContain('#c8322b');
  });

  test('explains in its legend every colour and mark that it has', () => {
    const ends = ['CREATE_COMPLETE', 'CREATE_FAILED', 'CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'];
    const calls = (['call', 'poll', 'retry'] as const).flatMap((kind) =>
      [{}, { error: 'no answer' }, { foundNothing: 'ResourceNotFound' }].map((result) => ({
        ...call,
        ...result,
        kind,
        LogicalResourceId: 'Only',
        beganAt: 1000,
        endedAt: 1500,
      })),
    );
    const events = [...recording.events, ...ends.map((status) => event(`9 ${status.slice(0, 3)} ${status}`))];

    const drawn = drawTimeline('mine', 'UPDATE_ROLLBACK_COMPLETE', { ...recording, events, calls });

    const [, legend = '', rest = ''] = /<g class="legend">(.*?<\/g><\/g>)(.*)/s.exec(drawn) ?? [];
    // Without the text and the grid, whose colours mean nothing.
    const marks = (part: string) =>
      [...part.replace(/<text.*?<\/text>/g, '').matchAll(/(?:fill|stroke)="(#[0-9a-f]{3,6})"|(l8 8m0|<circle|h6)/g)]
        .map(([, colour, mark]) => colour ?? mark)
        .filter((each) => each !== '#e3e6ea');
    expect(new Set(marks(legend))).toEqual(new Set(marks(rest)));
    expect([...legend.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text)).toEqual([
      'complete',
      'failed',
      'rollback',
      'in progress',
      'invocation',
      'invocation that did not return',
      'call of SageMaker',
      'its duration',
      'poll',
      'retry',
      'has found nothing',
      'error or no answer',
    ]);
  });

  test('has the whole of a long name in a tooltip', () => {
    const long = 'AVersionWithAVeryLongLogicalId';
    const drawn = drawTimeline('mine', 'CREATE_COMPLETE', {
      ...recording,
      events: [event(`1 ${long} CREATE_COMPLETE`)],
    });

    expect(drawn).toContain(`<title>${long}: Custom::Thing</title>`);
  });

  test('holds only what XML can hold', () => {
    const odd = { ...recording, events: [event('0 mine CREATE_FAILED <&"\u0007😀')] };

    expect(drawTimeline('mine', 'CREATE_FAILED', odd)).toContain('CREATE_FAILED, 0.00 s: &lt;&amp;&quot;😀</title>');
  });
});

test.each([
  [900, ['0 s', '0.1 s', '0.2 s', '0.3 s', '0.4 s', '0.5 s', '0.6 s', '0.7 s', '0.8 s', '0.9 s']],
  [31_000, ['0 s', '5 s', '10 s', '15 s', '20 s', '25 s', '30 s']],
  [190_000, ['0:00', '0:30', '1:00', '1:30', '2:00', '2:30', '3:00']],
  [3_600_000, ['0:00', '10:00', '20:00', '30:00', '40:00', '50:00', '60:00']],
])('an axis of %d ms has round ticks', (durationMs, texts) => {
  expect(axisTicks(durationMs).map(({ text }) => text)).toEqual(texts);
});
