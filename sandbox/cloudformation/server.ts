/**
 * CloudFormation's endpoint over HTTP, in AWS's Query protocol: the AWS SDKs and the AWS CLI work with it unchanged.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { text } from 'node:stream/consumers';
import { type HttpServer, listenOnLoopback } from '../http-server.ts';
import { type Random, randomUuid } from '../random.ts';
import { TemplateError } from '../template/template.ts';
import { type ApiServices, answerQuery } from './api.ts';
import { CloudFormationError } from './refusals.ts';
import { createUploads } from './uploads.ts';

/**
 * Serves the operations of `api.ts` on the loopback interface, on a free port by default, and at its paths the objects of
 * S3 that TemplateURL can name.
 */
export async function listenCloudFormation(
  services: ApiServices,
  { random, port = 0 }: { readonly random: Random; readonly port?: number },
): Promise<HttpServer> {
  const uploads = createUploads();
  const reached = { ...services, findUpload: uploads.find };
  return listenOnLoopback(async (request, response) => {
    if (request.url !== '/') return uploads.answer(request, response);
    const parameters = new URLSearchParams(await text(request));
    const answer = await answerAction(reached, parameters, randomUuid(random));
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(xmlOf(answer));
  }, port);
}

export interface QueryAnswer {
  readonly action: string;
  readonly status: number;
  readonly RequestId: string;
  /** The members of the result; some operations have none. */
  readonly result?: object | undefined;
  /** Why the operation was not carried out, if it was not. */
  readonly refusal?: { readonly Code: string; readonly Message: string };
}

/** Rejects only where a fault breaks the connection. */
export async function answerAction(
  services: ApiServices,
  parameters: URLSearchParams,
  RequestId: string,
): Promise<QueryAnswer> {
  const action = parameters.get('Action') ?? '';
  try {
    return { action, status: 200, RequestId, result: await answerQuery(services, parameters) };
  } catch (error) {
    if (isBroken(error)) throw error;
    const { status, ...refusal } = refusalOf(error);
    return { action, status, RequestId, refusal };
  }
}

/** The answer as the body of an HTTP response. */
export function xmlOf({ action, status, RequestId, result, refusal }: QueryAnswer): string {
  if (refusal !== undefined) {
    const Type = status < 500 ? 'Sender' : 'Receiver';
    return envelope('ErrorResponse', { Error: { Type, ...refusal }, RequestId });
  }
  const members = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId } };
  return envelope(`${action}Response`, members);
}

/** By the code of an error; all others have 400. */
const statuses: Readonly<Record<string, number>> = { ChangeSetNotFound: 404, AccessDenied: 403, InternalFailure: 500 };

/** CloudFormation throws a plain Error for wrong parameters; every other error is a bug of the sandbox. */
function refusalOf(error: unknown): { readonly status: number; readonly Code: string; readonly Message: string } {
  if (error instanceof CloudFormationError) {
    return { status: statuses[error.code] ?? 400, Code: error.code, Message: error.message };
  }
  if (error instanceof TemplateError) {
    return { status: 400, Code: 'ValidationError', Message: `Template format error: ${error.message}` };
  }
  const isParameterError = error instanceof Error && error.name === 'Error';
  if (isParameterError) return { status: 400, Code: 'ValidationError', Message: error.message };
  return { status: 500, Code: 'InternalFailure', Message: String(error) };
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function envelope(name: string, members: object): string {
  return `<${name} xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${content(members)}</${name}>`;
}

/** Undefined members are left out. */
function xmlElement(name: string, value: unknown): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  const elements: readonly [string, unknown][] = Object.entries(value);
  return elements.map(([name, member]) => xmlElement(Array.isArray(value) ? 'member' : name, member)).join('');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
