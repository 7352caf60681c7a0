/** The steps that `scenarios.ts` is written in: each sends a request about one resource and collects the problems. */
import { parseObject } from '../cloudformation/custom-resource.ts';
import { stringified } from '../cloudformation/deployed-values.ts';
import type { Json, JsonMap } from '../json.ts';
import { capital, type Exchange, ownFailureIn, problemsOf, reasonIn, responseTo } from './rules.ts';
import type { Circumstances, Session } from './session.ts';

/** The result of one scenario: its problems, or why it was not tried. */
export interface Finding {
  readonly Scenario: string;
  readonly Problems: readonly string[];
  readonly NotTried?: string;
  /** What the answers cannot prove wrong. */
  readonly Note?: string;
  /** Why the Create with the given properties failed, in the provider's own words. */
  readonly CreateFailed?: string;
}

export type Script = ReturnType<typeof openScript>;

/** Ends a scenario early. The finding says why. */
export class ScenarioEnded extends Error {}

/**
 * A script for one new resource. If the answer is not SUCCESS, `create`, `update`, `remove` and `repeat` add a problem; then
 * `create` ends the scenario, and the others resolve with undefined. `tryCreate` and `tryUpdate` accept FAILED too, and
 * resolve with the response, if CloudFormation can use it. A `StackStatus` is what DescribeStacks answers meanwhile, for
 * providers that call it.
 */
export function openScript(session: Session, ResourceType: string) {
  /** Without duplicates, in the order of their discovery. */
  const problems = new Set<string>();
  const found: { NotTried?: string; Note?: string } = {};
  const creates: Exchange[] = [];
  const resource = session.newResource();
  const request = (RequestType: string, properties: JsonMap, more: JsonMap = {}) => ({
    ...resource,
    RequestType,
    ResourceType,
    ResourceProperties: asSent(properties),
    ...more,
  });
  const updateRequest = (PhysicalResourceId: string, properties: JsonMap, old: JsonMap) =>
    request('Update', properties, { PhysicalResourceId, OldResourceProperties: asSent(old) });
  /** The properties of each resource that exists, by its id. */
  const left = new Map<string, Json>();
  const note = (exchange: Exchange): Exchange => {
    for (const problem of problemsOf(exchange)) problems.add(problem);
    const { RequestType, PhysicalResourceId: deleted, ResourceProperties = {} } = exchange.event;
    const response = responseTo(exchange);
    if (response?.Status === 'SUCCESS') {
      if (RequestType === 'Delete') left.delete(String(deleted));
      else left.set(response.PhysicalResourceId, ResourceProperties);
    }
    return exchange;
  };
  const success = (exchange: Exchange) => {
    const response = responseTo(note(exchange));
    const reason = reasonIn(exchange);
    if (reason !== undefined) problems.add(`${capital(exchange.name)} was answered FAILED: ${reason}`);
    if (response?.Status !== 'SUCCESS') return undefined;
    return { id: response.PhysicalResourceId, Data: response.Data, exchange };
  };
  const usable = (exchange: Exchange) => {
    const response = responseTo(note(exchange));
    return response?.Status === 'INVALID' ? undefined : response;
  };

  return {
    create: async (properties: JsonMap, circumstances?: Circumstances) => {
      const exchange = await session.ask('the Create', request('Create', properties), circumstances);
      creates.push(exchange);
      const made = success(exchange);
      if (made === undefined) throw new ScenarioEnded();
      return made;
    },
    /** Resolves with the ids of the answers. */
    createTwiceAtOnce: async (properties: JsonMap) => {
      const both = await session.askTwiceAtOnce(request('Create', properties));
      creates.push(...both);
      return both.map(success).flatMap((one) => (one === undefined ? [] : [one.id]));
    },
    tryCreate: async (properties: JsonMap, circumstances?: Circumstances) =>
      usable(await session.ask('the Create', request('Create', properties), circumstances)),
    update: async (name: string, id: string, properties: JsonMap, old: JsonMap, StackStatus?: string) =>
      success(await session.ask(name, updateRequest(id, properties, old), { StackStatus })),
    tryUpdate: async (id: string, properties: JsonMap, old: JsonMap) =>
      usable(await session.ask('the Update', updateRequest(id, properties, old))),
    remove: async (name: string, id: string, properties: JsonMap, StackStatus?: string) => {
      const asked = request('Delete', properties, { PhysicalResourceId: id });
      const removed = success(await session.ask(name, asked, { StackStatus }));
      if (removed !== undefined && removed.id !== id) {
        problems.add(`${capital(name)} has the id ${id}, but was answered with ${removed.id}.`);
      }
      return removed;
    },
    repeat: async (name: string, exchange: Exchange) => success(await session.repeat(name, exchange)),
    /** Every id in the provider's responses, whether S3 accepted them or not. */
    idsIn: ({ deliveries }: Exchange) =>
      deliveries.map(({ body }) => parseObject(body)?.['PhysicalResourceId']).filter((id) => typeof id === 'string'),
    mustKeepId(name: string, id: string, was: string): void {
      if (id === was) return;
      const meaning = 'CloudFormation treats this as a replacement, and deletes the resource with the old id.';
      problems.add(`${capital(name)} was answered with another id, ${id} instead of ${was}. ${meaning}`);
    },
    mustBeOne(what: string, ids: readonly string[]): void {
      const different = [...new Set(ids)];
      if (different.length < 2) return;
      const meaning = 'one of these resources belongs to no stack.';
      problems.add(`${what}, and answered with ${different.join(' and then ')}: ${meaning}`);
    },
    problem: (text: string) => void problems.add(text),
    note(text: string): void {
      found.Note = text;
    },
    /** Ends the scenario as one that was not tried, and says why. */
    notTried(why: string): never {
      found.NotTried = why;
      throw new ScenarioEnded();
    },
    /** Deletes what is left, so that the next scenario finds nothing. Another scenario has checked how Deletes are answered. */
    cleanUp: async () => {
      for (const [PhysicalResourceId, ResourceProperties] of left) {
        await session.ask('the clean-up', request('Delete', {}, { PhysicalResourceId, ResourceProperties }));
      }
    },
    finding(Scenario: string): Finding {
      const CreateFailed = creates[0] && ownFailureIn(creates[0]);
      if (problems.size > 0) delete found.NotTried;
      return { Scenario, Problems: [...problems], ...found, ...(CreateFailed !== undefined && { CreateFailed }) };
    },
  };
}

/** As CloudFormation sends them: with ServiceToken, and with scalars as strings. */
function asSent(properties: JsonMap): Json {
  return stringified({ ServiceToken: serviceToken, ...properties });
}

const serviceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:check';
