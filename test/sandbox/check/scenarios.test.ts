// Small providers with one mistake each, in this process. test/cli/other-providers.test.ts checks whole ones.
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { CloudFormationCustomResourceEvent as Event } from 'aws-lambda';
import { checkProvider } from '../../../sandbox/check/scenarios.ts';
import type { Finding } from '../../../sandbox/check/script.ts';
import { realClock } from '../../../sandbox/clock.ts';
import type { JsonMap } from '../../../sandbox/json.ts';
import { createInProcessExecutor, type InProcessHandler } from '../../../sandbox/lambda/in-process-executor.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { functionConfiguration } from '../lambda/configuration.ts';

const replacement = 'A replacement, and the Delete of the old resource';
const rolledBack = 'A replacement that is rolled back';
const inPlace = 'An Update in place, and its rollback';

interface Given {
  readonly given?: Partial<Record<'properties' | 'updated' | 'replaced' | 'invalid', JsonMap>>;
  readonly onFailure?: InProcessHandler;
  readonly onEnvironment?: (variables: Readonly<Record<string, string>>) => void;
}

/** The problems by scenario, without the scenarios that have none. */
async function findings(handler: InProcessHandler<Event>, options?: Given) {
  const all = await allFindings(handler, options);
  const bad = all.filter(({ Problems }) => Problems.length > 0);
  return Object.fromEntries(bad.map(({ Scenario, Problems }) => [Scenario, Problems]));
}

/** The problems of the first scenario: a Create, an Update that changes nothing, a Delete. */
async function firstProblems(handler: InProcessHandler<Event>) {
  for await (const { Problems } of check(handler)) return Problems;
  return undefined;
}

async function allFindings(handler: InProcessHandler<Event>, options?: Given): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of check(handler, options)) found.push(finding);
  return found;
}

function check(
  handler: InProcessHandler<Event>,
  { given = {}, onFailure, onEnvironment = () => {} }: Given = {},
): AsyncGenerator<Finding> {
  const dependencies = { clock: realClock, random: seededRandom(1), graceMs: 200, pauseMs: 0 };
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
    given: { properties: { Name: 'a' }, updated: undefined, replaced: undefined, invalid: undefined, ...given },
  };
  return checkProvider(provider, options, dependencies);
}

/** A correct response, with overrides. */
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

test('finds nothing in a correct provider', async () => {
  expect(await findings(good({}))).toEqual({});
});

test('reports why a Create failed, in the words of the provider', async () => {
  const refusing = await allFindings(good({ Status: 'FAILED', Reason: 'No Prefix.' }));
  const throwing = await allFindings(async () => {
    throw new TypeError('It is undefined');
  });
  const silent = await allFindings(async () => {});
  const well = await allFindings(good({}));

  const failures = (found: readonly Finding[]) => [...new Set(found.map(({ CreateFailed }) => CreateFailed))];
  // Undefined is the finding of a scenario without a Create, or with one that may fail.
  expect(failures(refusing)).toEqual(['No Prefix.', undefined]);
  expect(failures(throwing)).toEqual(['the handler threw TypeError (It is undefined)', undefined]);
  expect([...failures(silent), ...failures(well)]).toEqual([undefined, undefined]);
});

test('finds a response that is too long, with its size', async () => {
  const problems = await firstProblems(good({ Data: { Text: 'x'.repeat(4096) } }));

  expect(problems).toEqual([
    expect.stringMatching(
      /^CloudFormation cannot use the response to the Create \(4\d{3} bytes\): "Response object is too long\."$/,
    ),
  ]);
});

test.each([
  ['the id of another stack', { StackId: 'another' }, 'Invalid StackId'],
  ['no physical id', { PhysicalResourceId: '' }, 'Invalid PhysicalResourceId'],
  ['a physical id of more than 1 KB', { PhysicalResourceId: 'x'.repeat(1025) }, 'Invalid PhysicalResourceId'],
  ['an unknown Status', { Status: 'OK' }, 'Invalid Status'],
])('finds a response that breaks the protocol: %s', async (_what, broken, reason) => {
  const problems = await firstProblems(good(broken));

  expect(problems).toEqual([expect.stringContaining(`: "${reason}"`)]);
});

test('finds a Content-Type that was not signed', async () => {
  const problems = await firstProblems((event) =>
    put(event, responseTo(event), { 'content-type': 'application/json' }),
  );

  expect(problems).toEqual([
    'S3 refused the response to the Create: SignatureDoesNotMatch. Send no Content-Type (content-type: ""), and the whole ResponseURL.',
    'The Create was never answered: the handler returned without an error. The stack waits for the ServiceTimeout, ' +
      'one hour by default.',
  ]);
});

test('finds a Create that fails, and a missing Reason', async () => {
  const problems = await firstProblems(good({ Status: 'FAILED' }));

  expect(problems).toEqual([
    'The response to the Create is FAILED without a Reason: the stack events cannot say why.',
    'The Create was answered FAILED: ',
  ]);
});

test('finds control characters in a Reason', async () => {
  const problems = await firstProblems(good({ Status: 'FAILED', Reason: '\u001b[31mNo.' }));

  expect(problems?.[0]).toBe(
    'The response to the Create is FAILED with control characters in the Reason: then nobody can read the stack events.',
  );
});

test('finds an error after the answer', async () => {
  const problems = await firstProblems(async (event) => {
    await put(event, responseTo(event));
    if (event.RequestType === 'Delete') throw new RangeError('late\nsecond line');
  });

  expect(problems).toEqual([
    'After the Delete was answered, the handler threw RangeError (late): Lambda delivers the request again.',
  ]);
});

test('finds a response that the handler does not await', async () => {
  const problems = await firstProblems(async (event) => {
    setTimeout(() => put(event, responseTo(event)).catch(() => {}), 50);
  });

  expect(problems?.[0]).toBe(
    'The response to the Create came after the handler had returned. Lambda then freezes the process: await the PUT before you return.',
  );
});

test('finds attributes that an Update leaves out', async () => {
  const problems = await firstProblems((event) =>
    put(event, responseTo(event, event.RequestType === 'Create' ? { Data: { Url: 'x', Arn: 'y' } } : {})),
  );

  expect(problems).toEqual(["The Update's Data lacks Url, Arn: Fn::GetAtt reads the last response only."]);
});

test('finds a replacement that keeps the id', async () => {
  const found = await findings(good({}), { given: { replaced: { Name: 'b' } } });

  const problem = expect.stringMatching(
    /^The Update, which should replace the resource, was answered with the same id: .*\/only\. CloudFormation treats this as an update in place, and never deletes the old resource\.$/,
  );
  expect(found).toEqual({ [replacement]: [problem], [rolledBack]: [problem] });
});

test('finds nothing in update, replacement and rollback if the ids follow from the properties', async () => {
  const byName: InProcessHandler<Event> = (event) => {
    const PhysicalResourceId =
      event.RequestType === 'Delete' ? event.PhysicalResourceId : `id-${event.ResourceProperties['Name']}`;
    return put(event, responseTo(event, { PhysicalResourceId }));
  };
  const given = { updated: { Name: 'a', Size: 2 }, replaced: { Name: 'b' } };

  expect(await findings(byName, { given })).toEqual({});
  expect(Object.keys(await findings(byName, { given: { updated: { Name: 'b' } } }))).toEqual([inPlace]);
});

const failing = 'An Update that fails, and its rollback';
const invalidCreate = 'A Create with invalid properties, its Delete, and a Create with valid ones';

test('finds invalid properties that are accepted', async () => {
  expect(await findings(good({}), { given: { invalid: { Name: '' } } })).toEqual({
    [failing]: ['The Update was answered SUCCESS, although its properties are invalid: answer FAILED with a Reason.'],
    [invalidCreate]: [
      'The Create was answered SUCCESS, although its properties are invalid: answer FAILED with a Reason.',
    ],
  });
});

test.each([
  ['nothing if they are refused with a Reason, and the id stays', {}, {}],
  [
    'another id of the failed Update',
    { PhysicalResourceId: 'other' },
    {
      [failing]: [
        expect.stringMatching(/^The failed Update was answered with another id, other instead of .*\/only\. /),
      ],
    },
  ],
  [
    'a missing Reason',
    { Reason: '' },
    {
      [failing]: ['The response to the Update is FAILED without a Reason: the stack events cannot say why.'],
      [invalidCreate]: ['The response to the Create is FAILED without a Reason: the stack events cannot say why.'],
    },
  ],
])('finds in answers to invalid properties %s', async (_what, overrides, expected) => {
  const refusing: InProcessHandler<Event> = (event) => {
    const isRefused = event.RequestType !== 'Delete' && event.ResourceProperties['Name'] === '';
    return put(event, responseTo(event, isRefused ? { Status: 'FAILED', Reason: 'No Name', ...overrides } : {}));
  };

  expect(await findings(refusing, { given: { invalid: { Name: '' } } })).toEqual(expected);
});

test('finds what a failed or deleted resource leaves behind', async () => {
  const existing = new Set<string>();
  const leaving: InProcessHandler<Event> = (event) => {
    const exists = existing.has(event.StackId);
    existing.add(event.StackId);
    const isRefused = event.RequestType === 'Create' && (exists || event.ResourceProperties['Name'] === '');
    return put(event, responseTo(event, isRefused ? { Status: 'FAILED', Reason: `exists: ${exists}` } : {}));
  };

  const found = await findings(leaving, { given: { invalid: { Name: '' } } });

  expect(found[invalidCreate]).toEqual(['The Create was answered FAILED: exists: true']);
  expect(found['A Create after the Delete, and an Update after the second Delete']).toEqual([
    'The Create was answered FAILED: exists: true',
  ]);
});

test('leaves nothing from one scenario to the next', async () => {
  const owners = new Map<string, string>();
  const exclusive: InProcessHandler<Event> = (event) => {
    const { StackId, ResourceProperties } = event;
    const PhysicalResourceId =
      event.RequestType === 'Delete' ? event.PhysicalResourceId : String(ResourceProperties['Name']);
    const isMine = (owners.get(PhysicalResourceId) ?? StackId) === StackId;
    if (event.RequestType !== 'Delete' && isMine) owners.set(PhysicalResourceId, StackId);
    if (event.RequestType === 'Delete' && isMine) owners.delete(PhysicalResourceId);
    const refused = { Status: 'FAILED', Reason: 'The name is taken' };
    return put(event, responseTo(event, { PhysicalResourceId, ...(isMine ? {} : refused) }));
  };
  const given = { updated: { Name: 'a', Size: 2 }, replaced: { Name: 'b' } };

  expect(await findings(exclusive, { given })).toEqual({});
  expect(owners).toEqual(new Map());
});

test('notes an Update of a resource that does not exist, which an answer cannot prove wrong', async () => {
  const notes = async (handler: InProcessHandler<Event>) =>
    (await allFindings(handler)).flatMap(({ Scenario, Note }) => (Note === undefined ? [] : [[Scenario, Note]]));
  const note = expect.stringMatching(
    /^The Update was answered SUCCESS with the id of a resource that does not exist\. /,
  );

  expect(await notes(good({}))).toEqual([
    ['An Update of a resource that the provider never made', note],
    ['A Create after the Delete, and an Update after the second Delete', note],
  ]);
  const again: InProcessHandler<Event> = (event) =>
    put(event, responseTo(event, event.RequestType === 'Update' ? { PhysicalResourceId: 'again' } : {}));
  expect(await notes(again)).toEqual([]);
});

test('accepts the answer of an OnFailure destination for a function that fails', async () => {
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
      'The Create was never answered: the handler threw Error (no Name). The stack waits for the ServiceTimeout, one hour ' +
        'by default.',
    ],
  ]);
  const found = await findings(dies, { onFailure: answers });
  expect(found).toEqual({});
});

test('shows the state of the stack at the first delivery to the second one', async () => {
  const updatedAt: Record<string, (Date | undefined)[]> = {};
  let endpoint = '';
  const asking: InProcessHandler<Event> = async (event) => {
    const { StackId, LogicalResourceId, RequestId } = event;
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const client = new CloudFormationClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const resource = new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId });
    const { StackResourceDetail } = await client.send(resource);
    updatedAt[RequestId] ??= [];
    updatedAt[RequestId].push(StackResourceDetail?.LastUpdatedTimestamp);
    await put(event, responseTo(event));
  };
  const onEnvironment = ({
    AWS_ENDPOINT_URL,
    AWS_ENDPOINT_URL_CLOUDFORMATION = '',
  }: Readonly<Record<string, string>>) => {
    if (AWS_ENDPOINT_URL === undefined) endpoint = AWS_ENDPOINT_URL_CLOUDFORMATION;
  };

  expect(await findings(asking, { onEnvironment })).toEqual({});

  const twice = Object.values(updatedAt).filter(({ length }) => length > 1);
  expect(twice.length).toBeGreaterThanOrEqual(4);
  for (const instants of twice) expect(new Set(instants.map(Number)).size).toBe(1);
});

test('shows a provider that calls CloudFormation the status of its stack', async () => {
  let endpoint = '';
  const statuses: Record<string, string[]> = {};
  const histories = new Set<string>();
  const asking: InProcessHandler<Event> = async (event) => {
    const { StackId, LogicalResourceId, RequestType } = event;
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const client = new CloudFormationClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: StackId }));
    const { StackResourceDetail } = await client.send(
      new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId }),
    );
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: StackId }));
    histories.add(StackEvents.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`).join(', '));
    statuses[RequestType] ??= [];
    statuses[RequestType].push(`${StackResourceDetail?.ResourceStatus} in ${stack?.StackStatus}`);
    const PhysicalResourceId =
      event.RequestType === 'Delete' ? event.PhysicalResourceId : `id-${event.ResourceProperties['Name']}`;
    await put(event, responseTo(event, { PhysicalResourceId }));
  };
  // In two scenarios CloudFormation's endpoint fails too.
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
  expect(statuses['Update']).toEqual([
    ...[updating, updating, rollingBack, updating, updating, rollingBack],
    ...[updating, updating],
  ]);
  expect([...new Set(statuses['Create'])]).toEqual(['CREATE_IN_PROGRESS in CREATE_IN_PROGRESS']);
  expect([...new Set(statuses['Delete'])]).toEqual([
    'DELETE_IN_PROGRESS in DELETE_IN_PROGRESS',
    'DELETE_IN_PROGRESS in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'DELETE_IN_PROGRESS in UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'DELETE_IN_PROGRESS in ROLLBACK_IN_PROGRESS',
  ]);
  // Newest first: a cancelled Create.
  expect([...histories]).toContain(
    'Checked DELETE_IN_PROGRESS, check ROLLBACK_IN_PROGRESS, Checked CREATE_IN_PROGRESS, check CREATE_IN_PROGRESS',
  );
});
