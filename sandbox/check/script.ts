/** The steps that `scenarios.ts` is written in: each sends a request about one resource and collects the problems. */
import { stringified } from '../cloudformation/deployment.ts';
import { isMap, type Json, type JsonMap } from '../json.ts';
import type { Exchange } from './rules.ts';
import { ownFailureIn, problemsOf, reasonIn, responseTo } from './rules.ts';
import type { Circumstances, Session } from './session.ts';
import { listenUnavailableAws } from './unavailable-aws.ts';

/** A request that was answered with SUCCESS. */
export interface Success {
  readonly id: string;
  readonly Data: JsonMap;
  readonly exchange: Exchange;
}

/** Its requests resolve with undefined, and add a problem, if the answer is not SUCCESS. */
export interface Script {
  create(properties: JsonMap, circumstances?: Circumstances): Promise<Success | undefined>;
  /** Resolves with the ids of the answers. */
  createTwiceAtOnce(properties: JsonMap): Promise<readonly string[]>;
  /** Accepts FAILED too. Resolves with the id, if there is one, and the number of calls to AWS. */
  tryCreate(
    properties: JsonMap,
    aws?: 'refuses' | 'hangs',
  ): Promise<{ readonly id: string | undefined; readonly calls: number }>;
  /** `StackStatus` is what DescribeStacks answers meanwhile, for providers that call it. */
  update(
    name: string,
    id: string,
    properties: JsonMap,
    old: JsonMap,
    StackStatus?: string,
  ): Promise<Success | undefined>;
  remove(name: string, id: string, properties: JsonMap, StackStatus?: string): Promise<Success | undefined>;
  repeat(name: string, exchange: Exchange): Promise<Success | undefined>;
  /** Every id in the provider's responses, whether S3 accepted them or not. */
  idsIn(exchange: Exchange): readonly string[];
  mustKeepId(name: string, id: string, was: string): void;
  mustBeOne(what: string, ids: readonly string[]): void;
  problem(text: string): void;
  /** Marks the scenario as not tried, and says why. */
  notTried(why: string): void;
  reasonNotTried(): string | undefined;
  /** Why the first Create failed, in the provider's own words; undefined if it did not, or if the provider gave no reason. */
  failureOfCreate(): string | undefined;
  /** Without duplicates, in the order of their discovery. */
  problems(): readonly string[];
}

export function openScript(session: Session, ResourceType: string): Script {
  const problems = new Set<string>();
  let whyNotTried: string | undefined;
  const creates: Exchange[] = [];
  const resource = session.newResource();
  const request = (RequestType: string, properties: JsonMap, more: JsonMap = {}) => ({
    ...resource,
    RequestType,
    ResourceType,
    ResourceProperties: asSent(properties),
    ...more,
  });
  const note = (exchange: Exchange): Exchange => {
    for (const problem of problemsOf(exchange)) problems.add(problem);
    return exchange;
  };
  const success = (exchange: Exchange): Success | undefined => {
    const response = responseTo(note(exchange));
    const reason = reasonIn(exchange);
    if (reason !== undefined) problems.add(`${capital(exchange.name)} was answered FAILED: ${reason}`);
    if (response?.Status !== 'SUCCESS') return undefined;
    return { id: response.PhysicalResourceId, Data: response.Data, exchange };
  };

  return {
    create: async (properties, circumstances) => {
      const exchange = await session.ask('the Create', request('Create', properties), circumstances);
      creates.push(exchange);
      return success(exchange);
    },
    createTwiceAtOnce: async (properties) => {
      const both = await session.askTwiceAtOnce(request('Create', properties));
      creates.push(...both);
      return both.map(success).flatMap((one) => (one === undefined ? [] : [one.id]));
    },
    tryCreate: async (properties, manner) => {
      const aws = manner === undefined ? undefined : await listenUnavailableAws(manner);
      const variables =
        aws === undefined ? {} : { AWS_ENDPOINT_URL: aws.url, AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url };
      const exchange = await session.ask('the Create', request('Create', properties), { variables });
      const calls = aws?.calls() ?? 0;
      await aws?.close();
      const response = responseTo(note(exchange));
      const answered = response === undefined || response.Status === 'INVALID' ? undefined : response;
      return { id: answered?.PhysicalResourceId, calls };
    },
    update: async (name, PhysicalResourceId, properties, old, StackStatus = 'UPDATE_IN_PROGRESS') => {
      const more = { PhysicalResourceId, OldResourceProperties: asSent(old) };
      return success(await session.ask(name, request('Update', properties, more), { StackStatus }));
    },
    remove: async (name, PhysicalResourceId, properties, StackStatus = 'DELETE_IN_PROGRESS') => {
      const asked = request('Delete', properties, { PhysicalResourceId });
      const removed = success(await session.ask(name, asked, { StackStatus }));
      if (removed !== undefined && removed.id !== PhysicalResourceId) {
        problems.add(`${capital(name)} has the id ${PhysicalResourceId}, but was answered with ${removed.id}.`);
      }
      return removed;
    },
    repeat: async (name, exchange) => success(await session.repeat(name, exchange)),
    idsIn: ({ deliveries }) => deliveries.flatMap(({ body }) => idIn(body)),
    mustKeepId(name, id, was) {
      if (id === was) return;
      const meaning = 'CloudFormation treats this as a replacement, and deletes the resource with the old id.';
      problems.add(`${capital(name)} was answered with another id, ${id} instead of ${was}. ${meaning}`);
    },
    mustBeOne(what, ids) {
      const different = [...new Set(ids)];
      if (different.length < 2) return;
      problems.add(
        `${what}, and answered with ${different.join(' and then ')}: one of these resources belongs to no stack.`,
      );
    },
    problem: (text) => problems.add(text),
    notTried: (why) => {
      whyNotTried = why;
    },
    reasonNotTried: () => whyNotTried,
    failureOfCreate: () => creates[0] && ownFailureIn(creates[0]),
    problems: () => [...problems],
  };

  /** As CloudFormation sends them: with ServiceToken, and with scalars as strings. */
  function asSent(properties: JsonMap): Json {
    return stringified({ ServiceToken: serviceToken, ...properties });
  }
}

const serviceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:check';

function idIn(body: string): readonly string[] {
  try {
    const response: Json = JSON.parse(body);
    const id = isMap(response) ? response['PhysicalResourceId'] : undefined;
    return typeof id === 'string' ? [id] : [];
  } catch {
    // `rules.ts` reports this.
    return [];
  }
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
