/**
 * CloudFormation's endpoint over HTTP, in AWS's Query protocol: the AWS SDKs and the AWS CLI work with it unchanged.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { type HttpServer, listenOnLoopback } from '../http-server.ts';
import { ownEntry } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import { TemplateError } from '../template/template.ts';
import { type ReadableStacks, readingOperations } from './api-reading.ts';
import { type TemplateStore, templateOperations } from './api-templates.ts';
import { writingOperations } from './api-writing.ts';
import type { CloudFormation } from './cloudformation.ts';
import { openCall } from './query.ts';
import { CloudFormationError } from './refusals.ts';
import { type Stack, stackAsOf } from './stack.ts';

/** Changes what single operations of the endpoint answer. */
export interface QueryFaults {
  /** Is called with the name of each operation before it is carried out; what it throws is the answer. */
  readonly refuseQuery?: (operation: string) => void;
  /** The instant whose state an operation shows, if it is not the present one. */
  readonly shownAt?: (operation: string) => number | undefined;
}

/** Stacks that can only be read, or a CloudFormation that carries out operations. */
type ApiServices = (ReadableStacks | (ReadableStacks & CloudFormation)) & TemplateStore & QueryFaults;

/** Serves the API and the objects of S3 that TemplateURL can name, on a loopback port; on a free one by default. */
export async function listenCloudFormation(services: ApiServices, random: Random, port = 0): Promise<HttpServer> {
  const uploads = new Map<string, Buffer>();
  const reached = { ...services, findUpload: (url: string) => uploads.get(pathOf(url))?.toString() };
  return listenOnLoopback(async (request, response) => {
    if (request.url !== '/') return answerUpload(uploads, request, response);
    const parameters = new URLSearchParams(await text(request));
    const answer = await answerAction(reached, parameters, randomUuid(random));
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(xmlOf(answer));
  }, port);
}

function pathOf(url: string): string {
  return new URL(url, 'http://127.0.0.1').pathname;
}

/** PutObject, GetObject and HeadObject: the AWS CLI and SAM upload templates here. The host of a URL does not count. */
async function answerUpload(uploads: Map<string, Buffer>, request: IncomingMessage, response: ServerResponse) {
  const path = pathOf(request.url ?? '');
  if (request.method === 'PUT') uploads.set(path, await buffer(request));
  const object = uploads.get(path);
  response.writeHead(object === undefined ? 404 : 200, { etag: '"uploaded"' });
  response.end(request.method === 'GET' ? object : undefined);
}

export type QueryAnswer = Awaited<ReturnType<typeof answerAction>>;

/** `refusal` is why the operation was not carried out. Rejects only where a fault breaks the connection. */
export async function answerAction(services: ApiServices, parameters: URLSearchParams, RequestId: string) {
  const action = parameters.get('Action') ?? '';
  try {
    return { action, status: 200, RequestId, result: await answerQuery(services, parameters) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') throw error;
    const refusal = refusalOf(error);
    return { action, status: statuses[refusal.Code] ?? 400, RequestId, refusal };
  }
}

/** The members of the result of the operation that Action names. Rejects with the API's CloudFormationError. */
export async function answerQuery(services: ApiServices, parameters: URLSearchParams): Promise<object | undefined> {
  const action = parameters.get('Action') ?? '';
  services.refuseQuery?.(action);
  const reading = ownEntry(readingOperations, action);
  if (reading) return reading.act(openCall(parameters, reading), asOf(services, services.shownAt?.(action)));
  const writing = ownEntry(writingOperations, action) ?? ownEntry(templateOperations, action);
  if (writing && 'begin' in services) return writing.act(openCall(parameters, writing), services);
  throw new CloudFormationError('InvalidAction', `Could not find operation ${action} for version 2010-05-15`);
}

/** The stacks as they were at this instant, as far as their events show. */
function asOf(stacks: ReadableStacks, instant: number | undefined): ReadableStacks {
  if (instant === undefined) return stacks;
  const past = (stack: Stack | undefined) => stack && stackAsOf(stack, instant);
  return {
    ...stacks,
    findStack: (nameOrId) => past(stacks.findStack(nameOrId)),
    listStacks: () => stacks.listStacks().flatMap((stack) => past(stack) ?? []),
  };
}

/** The answer as the body of an HTTP response. */
export function xmlOf({ action, status, RequestId, result, refusal }: QueryAnswer): string {
  const Type = status < 500 ? 'Sender' : 'Receiver';
  if (refusal !== undefined) return envelope('ErrorResponse', { Error: { Type, ...refusal }, RequestId });
  const members = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId } };
  return envelope(`${action}Response`, members);
}

/** By the code of an error; all others have 400. */
const statuses: Readonly<Record<string, number>> = { ChangeSetNotFound: 404, AccessDenied: 403, InternalFailure: 500 };

/** CloudFormation throws a plain Error for wrong parameters; every other error is a bug of the sandbox. */
function refusalOf(error: unknown): { readonly Code: string; readonly Message: string } {
  if (error instanceof CloudFormationError) return { Code: error.code, Message: error.message };
  const Code = 'ValidationError';
  if (error instanceof TemplateError) return { Code, Message: `Template format error: ${error.message}` };
  if (error instanceof Error && error.name === 'Error') return { Code, Message: error.message };
  return { Code: 'InternalFailure', Message: String(error) };
}

function envelope(name: string, members: object): string {
  return `<${name} xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${content(members)}</${name}>`;
}

/** Undefined members are left out. */
function content(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  const members: readonly [string, unknown][] = Object.entries(value).filter(([, member]) => member !== undefined);
  const named = members.map(([name, member]) => [Array.isArray(value) ? 'member' : name, content(member)] as const);
  return named.map(([name, text]) => `<${name}>${text}</${name}>`).join('');
}

/**
 * Replaces the characters that XML 1.0 forbids. AWS's own API has failed to show a stack with one of them in a Reason:
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
 */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const allowed = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
  return allowed.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
