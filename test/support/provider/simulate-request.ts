/**
 * One request as CloudFormation sends it, carried out by `provide` against fakes, and all that can be seen of it from
 * outside. Tests of the provider's behaviour come in here and nowhere else, so its code may be rearranged freely.
 */
import type {
  CreateRequest,
  DeleteRequest,
  Request,
  ResourceProperties,
  UpdateRequest,
} from '../../../src/cloudformation/request.ts';
import type { StackEvent, StackResource } from '../../../src/cloudformation/stacks.ts';
import type { ProviderError } from '../../../src/errors.ts';
import { type Invocation, type ProviderDependencies, provide } from '../../../src/provider.ts';
import type { ImageVersion, ImageVersions } from '../../../src/sagemaker/image-versions.ts';
import {
  baseImage,
  containerImage,
  createRequest,
  deleteRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  updateRequest,
  versionArn,
} from './builders.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import {
  type Call,
  type FakeImageVersions,
  fakeImageVersions,
  invalidState,
  type Status,
  type Step,
} from './fake-image-versions.ts';
import { type FakeLog, fakeLog, type LogLine } from './fake-log.ts';
import { type FakePut, fakePut, type PutStep } from './fake-put.ts';
import { type FakeStacks, fakeStacks, type GivenOperation } from './fake-stacks.ts';
import { requireThat } from './invariants.ts';

/** Aliases by version: of `my-image` by its number, of another image as `another-image/3`. */
type AliasesByVersion = Readonly<Record<string, readonly string[]>>;

export interface Fakes {
  readonly clock: FakeClock;
  readonly imageVersions: FakeImageVersions;
  readonly log: FakeLog;
  readonly stacks: FakeStacks;
  readonly bucket: FakePut;
}

/** What there is when a request arrives, and what goes wrong while it is carried out. */
export interface Given {
  /** The versions that are there, CREATED unless `details` has it otherwise. */
  readonly before?: AliasesByVersion;
  readonly details?: Readonly<Record<string, Partial<ImageVersion>>>;
  /** What CloudFormation says of the stack; nothing, unless it is given. */
  readonly operation?: GivenOperation | undefined;
  /** What happened in this operation, newest first: nothing, unless it is given; `undefined`: CloudFormation does not say. */
  readonly happened?: readonly StackEvent[] | undefined;
  readonly resource?: StackResource | 'gone';
  /** How long after its issue the request is delivered. */
  readonly latenessMs?: number;
  readonly remainingTimeMs?: number;
  /** What each version shows, as the fake's methods of these names have it. */
  readonly becomes?: Readonly<Record<number, readonly [Status, ...Status[]]>>;
  readonly whenCreated?: readonly [Status, ...Status[]];
  readonly whenDeleted?: readonly [Status, ...Status[]];
  /** What becomes of the coming calls, or of all; an error alone is a refusal. */
  readonly next?: Readonly<Partial<Record<keyof ImageVersions, readonly (Step | ProviderError)[]>>>;
  readonly always?: Readonly<Partial<Record<keyof ImageVersions, Step | ProviderError>>>;
  /** Whatever else goes wrong. */
  readonly faults?: (fakes: Fakes) => void;
  /** Operations of SageMaker that behave as no step can. */
  readonly port?: (fakes: Fakes) => Partial<ImageVersions>;
  /** Whether the provider asks CloudFormation about each request before it does anything else. */
  readonly verifiesRequests?: boolean;
  /** How the tries to deliver the answer end: in 200, unless it is given. */
  readonly puts?: readonly PutStep[];
}

/** The body without what it echoes, and without the log's name at the end of the Reason: `deliver` checks both. */
export type Answer = Readonly<Record<string, unknown>>;

export interface Simulation extends Fakes {
  /** The fakes as the provider gets them. */
  readonly dependencies: ProviderDependencies;
  /**
   * Delivers the request, once for each call.
   *
   * @returns the answer, or why there was none
   */
  deliver(overrides?: Partial<Invocation>): Promise<Answer | 'superseded' | 'out of time'>;
}

export const invocation: Invocation = {
  remainingTimeMs: 900_000,
  awsRequestId: '64f4a8be-bd0f-468b-9121-802f9c5feaa5',
  providerVersion: '0.1.0',
  logGroupName: '/aws/lambda/provider',
  logStreamName: '2026/11/21/[$LATEST]8f2c',
};
export const where = ' (Log: /aws/lambda/provider, stream 2026/11/21/[$LATEST]8f2c)';

export function simulate(request: Request, given: Given = {}): Simulation {
  const { latenessMs = 0, puts = [], remainingTimeMs = invocation.remainingTimeMs } = given;
  const clock = fakeClock(issuedAt + latenessMs);
  const imageVersions = fakeImageVersions(clock);
  const bucket = fakePut(request, ...puts);
  const fakes: Fakes = { clock, imageVersions, log: fakeLog(), stacks: fakeStacks(request), bucket };
  prepare(fakes, given);
  const port = { ...imageVersions, ...given.port?.(fakes) };
  const dependencies = {
    ...fakes,
    imageVersions: () => port,
    stacks: () => fakes.stacks,
    put: bucket.put,
    answerHosts: { https: [], http: undefined },
    verifiesRequests: given.verifiesRequests ?? false,
    random: () => 0.5,
  };
  // As Lambda gets it: with fields that the provider has no use for.
  const event = { ...request, ServiceToken: 'arn:aws:lambda', ResourceType: 'Custom::SageMakerImageVersion' };

  return {
    ...fakes,
    dependencies,
    deliver: async (overrides = {}) => {
      const answered = bucket.answers.length;
      try {
        await provide(event, { ...invocation, remainingTimeMs, ...overrides }, dependencies);
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown.name === 'OutOfTime')) throw thrown;
        requireThat(bucket.answers.length === answered, 'What ran out of time was answered');
        return 'out of time';
      }
      const [answer, ...more] = bucket.answers.slice(answered);
      requireThat(more.length === 0, 'One delivery was answered twice');
      return answer === undefined ? 'superseded' : withoutEcho(answer);
    },
  };
}

function prepare({ imageVersions, stacks, ...fakes }: Fakes, given: Given): void {
  const { before = {}, details = {}, becomes = {}, whenCreated, whenDeleted, next = {}, always = {} } = given;
  for (const [name, aliases] of Object.entries(before)) {
    const [Version = '', ImageName] = name.split('/').toReversed();
    imageVersions.add(imageVersion({ Version: Number(Version), ...details[name] }, ImageName), ...aliases);
  }
  for (const [Version, statuses] of Object.entries(becomes)) imageVersions.becomes(Number(Version), ...statuses);
  if (whenCreated) imageVersions.whenCreated(...whenCreated);
  if (whenDeleted) imageVersions.whenDeleted(...whenDeleted);
  for (const operation of operations) {
    imageVersions.next(operation, ...(next[operation] ?? []).map(asStep));
    const step = always[operation];
    if (step) imageVersions.always(operation, asStep(step));
  }
  stacks.operation = given.operation;
  stacks.resource = given.resource;
  if ('happened' in given) stacks.happened = given.happened;
  given.faults?.({ imageVersions, stacks, ...fakes });
}

const operations = [
  'createImageVersion',
  'describeImageVersion',
  'describeImageVersionByAlias',
  'updateImageVersion',
  'deleteImageVersion',
  'listAliases',
] as const satisfies readonly (keyof ImageVersions)[];

function asStep(step: Step | Error): Step {
  return step instanceof Error ? { refuses: step } : step;
}

function withoutEcho({ StackId: _, RequestId: __, LogicalResourceId: ___, ...answer }: Answer): Answer {
  const { Reason } = answer;
  if (typeof Reason !== 'string') return answer;
  requireThat(Reason.endsWith(where), `The Reason does not end with the log's name: ${Reason}`);
  return { ...answer, Reason: Reason.slice(0, -where.length) };
}

/** What is to be seen when the request was delivered; what is left out may be as it likes. */
export interface Expected {
  readonly answer: Answer | 'superseded' | 'out of time';
  /** The versions that are left, and their aliases in whatever order; as `before`, unless it is given. */
  readonly after?: AliasesByVersion;
  /** Every call that may change something. */
  readonly writes?: readonly Call[];
  /** How often these operations are called, whatever comes of it. */
  readonly calls?: Partial<Record<keyof ImageVersions, number>>;
  /** How long the delivery takes, in milliseconds: at least and less than. */
  readonly takesMs?: readonly [atLeast: number, lessThan: number];
  /** What CloudFormation is asked. */
  readonly asked?: FakeStacks['asked'];
  /** For each level the versions, or other texts, that its lines name; an empty list: no such line. */
  readonly logs?: Partial<Record<LogLine['level'], readonly (number | string)[]>>;
  /** Whether a request that succeeds may be delivered again: then that changes nothing, and is answered alike. */
  readonly isRepeatable?: boolean;
}

export interface Case {
  readonly given?: Given;
  readonly request: Request;
  readonly expected: Expected;
}

/**
 * One test for each case.
 *
 * @param request what is delivered unless a case has a request of its own
 * @param cases by their names
 * @param common what there is beside what a case says
 */
export function testEach(
  request: Request,
  cases: Readonly<Record<string, Omit<Case, 'request'> & Partial<Case>>>,
  common: Given = {},
): void {
  for (const [name, one] of Object.entries(cases)) {
    test(name, () => verify({ request, ...one, given: { ...common, ...one.given } }));
  }
}

/** Delivers the request, and compares what is to be seen with what is expected. */
export async function verify({ request, given = {}, expected }: Case): Promise<void> {
  const simulation = simulate(request, given);
  const { clock, imageVersions, log, stacks } = simulation;
  const begun = clock.now();

  const answer = await simulation.deliver();

  const { after = given.before ?? {}, writes = imageVersions.writes(), asked = stacks.asked } = expected;
  expect(answer).toEqual(expected.answer);
  expect(sorted(imageVersions.aliases())).toEqual(sorted(after));
  expect(imageVersions.writes()).toEqual(writes);
  expect(stacks.asked).toEqual(asked);
  const counted = Object.keys(expected.calls ?? {}).map((name) => [name, called(imageVersions, name)]);
  expect(Object.fromEntries(counted)).toEqual(expected.calls ?? {});
  const tookMs = clock.now() - begun;
  const [atLeast, lessThan] = expected.takesMs ?? [tookMs, tookMs + 1];
  expect(tookMs).toBeGreaterThanOrEqual(atLeast);
  expect(tookMs).toBeLessThan(lessThan);
  expectLogs(log, expected.logs ?? {});

  const { isRepeatable = true } = expected;
  if (!isRepeatable || typeof answer === 'string' || answer['Status'] !== 'SUCCESS') return;
  const made = imageVersions.writes().length;
  expect(['superseded', answer]).toContainEqual(await simulation.deliver());
  expect(imageVersions.writes().slice(made)).toEqual([]);
}

function called({ calls }: FakeImageVersions, name: string): number {
  return calls.filter(({ operation }) => operation === name).length;
}

function sorted(aliases: AliasesByVersion): AliasesByVersion {
  return Object.fromEntries(Object.entries(aliases).map(([version, borne]) => [version, borne.toSorted()]));
}

function expectLogs(log: FakeLog, expected: NonNullable<Expected['logs']>): void {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    const lines = log.lines.filter((line) => line.level === level);
    if (expected[level]?.length === 0) expect(lines).toEqual([]);
    for (const named of expected[level] ?? []) {
      expect({ level, named, found: lines.some((line) => isNamed(named, line)), lines }).toMatchObject({ found: true });
    }
  }
}

/** Whether the line names the version of `my-image`, or has the text in it. */
function isNamed(named: number | string, { message, details }: LogLine): boolean {
  const { StackId: _, LogicalResourceId: __, RequestId: ___, ResourceProperties: ____, ...said } = details;
  const text = JSON.stringify([message, said], withMessage);
  if (typeof named === 'string') return text.includes(named);
  const version = new RegExp(`my-image/${named}\\b|(Version|taker|giver)":${named}\\b|[Vv]ersion ${named}\\b`);
  return text.includes('my-image') && version.test(text);
}

function withMessage(_name: string, value: unknown): unknown {
  return value instanceof Error ? { ...value, message: value.message } : value;
}

/** The answer that a version is there, as `Fn::GetAtt` reads it. */
export function succeeded(Version: number, BaseImage: string = baseImage, ImageName: string = 'my-image'): Answer {
  const ImageVersionArn = versionArn(Version, ImageName);
  const ImageArn = `arn:aws:sagemaker:eu-west-1:111122223333:image/${ImageName}`;
  const Data = {
    ImageVersionArn,
    Version: String(Version),
    ImageArn,
    ImageName,
    BaseImage,
    ContainerImage: containerImage,
  };
  return { Status: 'SUCCESS', PhysicalResourceId: ImageVersionArn, Data };
}

/** The answer that what a Delete is about is gone. */
export function deleted(PhysicalResourceId: string = versionArn(1)): Answer {
  return { Status: 'SUCCESS', PhysicalResourceId };
}

/** @param Reason a text, or what matches one */
export function failed(PhysicalResourceId: string, Reason: unknown): Answer {
  return { Status: 'FAILED', PhysicalResourceId, Reason };
}

/** A Create of these properties. */
export function create(properties: ResourceProperties = {}, overrides: Partial<CreateRequest> = {}): CreateRequest {
  return createRequest({ ResourceProperties: resourceProperties(properties), ...overrides });
}

/** An Update of version 1 from the properties that were in force before. */
export function update(
  to: ResourceProperties = {},
  from: ResourceProperties = {},
  overrides: Partial<UpdateRequest> = {},
): UpdateRequest {
  const ResourceProperties = resourceProperties(to);
  return updateRequest({ ResourceProperties, OldResourceProperties: resourceProperties(from), ...overrides });
}

/** A Delete by this id. */
export function remove(
  PhysicalResourceId: string = versionArn(1),
  properties: ResourceProperties = {},
  overrides: Partial<DeleteRequest> = {},
): DeleteRequest {
  return deleteRequest({ PhysicalResourceId, ResourceProperties: resourceProperties(properties), ...overrides });
}

/** For `port`: SageMaker changes no alias of this version of `my-image`. */
export function refusesToChange(Version: number): NonNullable<Given['port']> {
  return ({ imageVersions }) => ({
    updateImageVersion: async (input) => {
      if (input.Version === Version) throw invalidState();
      return imageVersions.updateImageVersion(input);
    },
  });
}

/** For `port`: SageMaker lists these aliases of `my-image` until so many milliseconds after the issue. */
export function listsUntil(
  until: number,
  stale: Readonly<Record<number, readonly string[]>>,
): NonNullable<Given['port']> {
  return ({ clock, imageVersions }) => ({
    listAliases: async (version) => {
      const listed = await imageVersions.listAliases(version);
      if (clock.now() - issuedAt >= until) return listed;
      return version.Version === undefined ? Object.values(stale).flat() : (stale[version.Version] ?? []);
    },
  });
}

/** As `listsUntil`, and the answers to DescribeImageVersion by alias are out of date too. */
export function showsUntil(
  until: number,
  stale: Readonly<Record<number, readonly string[]>>,
): NonNullable<Given['port']> {
  return (fakes) => ({
    ...listsUntil(until, stale)(fakes),
    describeImageVersionByAlias: async ({ ImageName, Alias }) => {
      const { clock, imageVersions } = fakes;
      if (clock.now() - issuedAt >= until) return imageVersions.describeImageVersionByAlias({ ImageName, Alias });
      const [Version] = Object.entries(stale).find(([, aliases]) => aliases.includes(Alias)) ?? [];
      return Version === undefined
        ? undefined
        : imageVersions.describeImageVersion({ ImageName, Version: Number(Version) });
    },
  });
}

/** A call of CreateImageVersion for `my-image`. */
export function creates(parameters: object): Call {
  const ClientToken: unknown = expect.stringMatching(/^[0-9a-f]{36}$/);
  const input = { ImageName: 'my-image', BaseImage: baseImage, ClientToken, ...parameters };
  return { operation: 'createImageVersion', input };
}

/** A call of UpdateImageVersion for a version of `my-image`. */
export function updates(Version: number, parameters: object): Call {
  return { operation: 'updateImageVersion', input: { ImageName: 'my-image', Version, ...parameters } };
}

/** A call of DeleteImageVersion for a version of `my-image`. */
export function deletes(Version: number): Call {
  return { operation: 'deleteImageVersion', input: { ImageName: 'my-image', Version } };
}
