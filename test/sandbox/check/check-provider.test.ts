// Small providers with one fault each, in this process; test/cli/other-providers.test.ts runs whole ones.
import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { CloudFormationCustomResourceEvent as Event } from 'aws-lambda';
import { checkProvider, type Finding } from '../../../sandbox/check/check-provider.ts';
import type { JsonMap } from '../../../sandbox/json.ts';
import { createInProcessExecutor, type InProcessHandler } from '../../../sandbox/lambda/in-process-executor.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { realClock } from '../../../sandbox/real-clock.ts';
import { functionConfiguration } from '../lambda/configuration.ts';

const happened = 'Create, an Update that changes nothing, Delete';
const replacement = 'A replacement, and the Delete of what it has replaced';
const rolledBack = 'A replacement that is rolled back';
const inPlace = 'An Update in place, and its rollback';

interface Given {
  readonly given?: Partial<Record<'properties' | 'updated' | 'replaced', JsonMap>>;
  readonly onFailure?: InProcessHandler;
  readonly onEnvironment?: (variables: Readonly<Record<string, string>>) => void;
}

/** What `check` finds, by scenario; those without a problem are left out. */
async function findings(handler: InProcessHandler<Event>, options?: Given) {
  const all = await allFindings(handler, options);
  const bad = all.filter(({ Problems }) => Problems.length > 0);
  return Object.fromEntries(bad.map(({ Scenario, Problems }) => [Scenario, Problems]));
}

async function allFindings(
  handler: InProcessHandler<Event>,
  { given = {}, onFailure, onEnvironment = () => {} }: Given = {},
): Promise<readonly Finding[]> {
  const dependencies = { clock: realClock, random: seededRandom(1), graceMs: 200 };
  const configuration = functionConfiguration({ Timeout: 1 });
  const provider = {
    configuration,
    environment: (variables: Readonly<Record<string, string>>) => {
      onEnvironment(variables);
      return createInProcessExecutor(handler, configuration, dependencies);
    },
    ...(onFailure && { onFailure: () => createInProcessExecutor(onFailure, configuration, dependencies) }),
  };
  const options = {
    ResourceType: 'Custom::Checked',
    given: { properties: { Name: 'a' }, updated: undefined, replaced: undefined, ...given },
  };
  const found: Finding[] = [];
  for await (const finding of checkProvider(provider, options, dependencies)) found.push(finding);
  return found;
}

/** A response without fault, but for what `overrides` say. */
function responseTo(event: Event, overrides: JsonMap = {}): JsonMap {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : `${StackId}/only`;
  return { Status: 'SUCCESS', PhysicalResourceId, StackId, RequestId, LogicalResourceId, ...overrides };
}

async function put({ ResponseURL }: Event, response: JsonMap, headers: Record<string, string> = {}): Promise<void> {
  for (;;) {
    const { status } = await fetch(ResponseURL, {
      method: 'PUT',
      body: Buffer.from(JSON.stringify(response)),
      headers,
    });
    if (status !== 503) return;
  }
}

const good = (overrides: JsonMap) => async (event: Event) => put(event, responseTo(event, overrides));

test('a provider without fault has no findings', async () => {
  expect(await findings(good({}))).toEqual({});
});

test('where a Create fails, it is told what the provider says of that', async () => {
  const refusing = await allFindings(good({ Status: 'FAILED', Reason: 'No Prefix.' }));
  const throwing = await allFindings(async () => {
    throw new TypeError('It is undefined');
  });
  const silent = await allFindings(async () => {});
  const well = await allFindings(good({}));

  const failures = (found: readonly Finding[]) => [...new Set(found.map(({ CreateFailed }) => CreateFailed))];
  // Neither where there is no Create, nor where it may fail.
  expect(failures(refusing)).toEqual(['No Prefix.', undefined]);
  expect(failures(throwing)).toEqual(['the handler threw TypeError (It is undefined)', undefined]);
  expect([...failures(silent), ...failures(well)]).toEqual([undefined, undefined]);
});

test('a response that is too long is found, with its size', async () => {
  const found = await findings(good({ Data: { Text: 'x'.repeat(4096) } }));

  expect(found[happened]).toEqual([
    expect.stringMatching(
      /^CloudFormation cannot use the response to the Create \(4\d{3} bytes\): "Response object is too long\."$/,
    ),
  ]);
});

test.each([
  ['the id of another stack', { StackId: 'another' }, 'Invalid StackId'],
  ['no physical id', { PhysicalResourceId: '' }, 'Invalid PhysicalResourceId'],
  ['a physical id of more than 1 KB', { PhysicalResourceId: 'x'.repeat(1025) }, 'Invalid PhysicalResourceId'],
  ['a Status that there is not', { Status: 'OK' }, 'Invalid Status'],
])('a response that breaks the protocol is found: %s', async (_what, broken, told) => {
  const found = await findings(good(broken));

  expect(found[happened]).toEqual([expect.stringContaining(`: "${told}"`)]);
});

test('a Content-Type that was not signed is found', async () => {
  const found = await findings((event) => put(event, responseTo(event), { 'content-type': 'application/json' }));

  expect(found[happened]).toEqual([
    'S3 refused the response to the Create: SignatureDoesNotMatch. Send no Content-Type (content-type: ""), and the whole ResponseURL.',
    'The Create was never answered: the handler returned as if all were well. The stack waits until the ServiceTimeout ' +
      'is over: an hour unless told otherwise.',
  ]);
});

test('a Create that fails, and a Reason that is missing, are found', async () => {
  const found = await findings(good({ Status: 'FAILED' }));

  expect(found[happened]).toEqual([
    'The response to the Create is FAILED without a Reason: nobody will know why.',
    'The Create was answered FAILED: ',
  ]);
});

test('an error after the answer is found', async () => {
  const found = await findings(async (event) => {
    await put(event, responseTo(event));
    if (event.RequestType === 'Delete') throw new RangeError('late\nsecond line');
  });

  expect(found[happened]).toEqual([
    'After the Delete was answered, the handler threw RangeError (late): Lambda delivers the request again.',
  ]);
});

test('a response that nobody waits for is found', async () => {
  const found = await findings(async (event) => {
    // In one scenario the bucket is not there any more: the function was killed.
    setTimeout(() => put(event, responseTo(event)).catch(() => {}), 50);
  });

  expect(found[happened]?.[0]).toBe(
    'The response to the Create came after the handler had returned. Lambda freezes the process then: await the delivery.',
  );
});

test('attributes that an Update leaves out are found', async () => {
  const found = await findings((event) =>
    put(event, responseTo(event, event.RequestType === 'Create' ? { Data: { Url: 'x', Arn: 'y' } } : {})),
  );

  expect(found[happened]).toEqual(["The Update's Data lacks Url, Arn: Fn::GetAtt reads the last response only."]);
});

test('a replacement that keeps the id is found', async () => {
  const found = await findings(good({}), { given: { replaced: { Name: 'b' } } });

  const told = expect.stringMatching(
    /^The Update, which should replace the resource, was answered with the id that it had: .*\/only\. CloudFormation takes it for an update in place, and never deletes the old resource\.$/,
  );
  expect(found).toEqual({ [replacement]: [told], [rolledBack]: [told] });
});

test('a provider whose ids come from the properties passes update, replacement and rollback', async () => {
  const byName: InProcessHandler<Event> = (event) => {
    const PhysicalResourceId =
      event.RequestType === 'Delete' ? event.PhysicalResourceId : `id-${event.ResourceProperties['Name']}`;
    return put(event, responseTo(event, { PhysicalResourceId }));
  };
  const given = { updated: { Name: 'a', Size: 2 }, replaced: { Name: 'b' } };

  expect(await findings(byName, { given })).toEqual({});
  expect(Object.keys(await findings(byName, { given: { updated: { Name: 'b' } } }))).toEqual([inPlace]);
});

test('an OnFailure destination may answer in the stead of a function that dies', async () => {
  const dies: InProcessHandler<Event> = async (event) => {
    if (event.RequestType === 'Create' && event.ResourceProperties['Name'] === undefined) throw new Error('no Name');
    await put(event, responseTo(event));
  };
  const answers: InProcessHandler = async (record) => {
    const event: Event = Reflect.get(Object(record), 'requestPayload');
    await put(event, responseTo(event, { Status: 'FAILED', Reason: 'it died' }));
  };

  expect(Object.values(await findings(dies))).toEqual([
    [
      'The Create was never answered: the handler threw Error (no Name). The stack waits until the ServiceTimeout is ' +
        'over: an hour unless told otherwise.',
    ],
  ]);
  const found = await findings(dies, { onFailure: answers });
  expect(found).toEqual({});
});

test('a provider that asks CloudFormation hears what its stack is doing', async () => {
  let endpoint = '';
  const heard: Record<string, string[]> = {};
  const asking: InProcessHandler<Event> = async (event) => {
    const { StackId, LogicalResourceId, RequestType } = event;
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const client = new CloudFormationClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: StackId }));
    const { StackResourceDetail } = await client.send(
      new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId }),
    );
    heard[RequestType] ??= [];
    heard[RequestType].push(`${StackResourceDetail?.ResourceStatus} in ${stack?.StackStatus}`);
    const PhysicalResourceId =
      event.RequestType === 'Delete' ? event.PhysicalResourceId : `id-${event.ResourceProperties['Name']}`;
    await put(event, responseTo(event, { PhysicalResourceId }));
  };
  // In two scenarios CloudFormation is as useless as everything else.
  const onEnvironment = ({
    AWS_ENDPOINT_URL,
    AWS_ENDPOINT_URL_CLOUDFORMATION = '',
  }: Readonly<Record<string, string>>) => {
    if (AWS_ENDPOINT_URL === undefined) endpoint = AWS_ENDPOINT_URL_CLOUDFORMATION;
  };
  const given = { updated: { Name: 'a', Size: 2 }, replaced: { Name: 'b' } };

  expect(await findings(asking, { given, onEnvironment })).toEqual({});

  const [updating, rollingBack] = [
    'UPDATE_IN_PROGRESS in UPDATE_IN_PROGRESS',
    'UPDATE_IN_PROGRESS in UPDATE_ROLLBACK_IN_PROGRESS',
  ];
  expect(heard['Update']).toEqual([updating, updating, rollingBack, updating, updating, rollingBack]);
  expect([...new Set(heard['Create'])]).toEqual(['CREATE_IN_PROGRESS in CREATE_IN_PROGRESS']);
  expect([...new Set(heard['Delete'])]).toEqual([
    'DELETE_IN_PROGRESS in DELETE_IN_PROGRESS',
    'DELETE_IN_PROGRESS in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'DELETE_IN_PROGRESS in UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'DELETE_IN_PROGRESS in ROLLBACK_IN_PROGRESS',
  ]);
});
