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
    const { status, document } = await answerRequest(reached, await text(request), randomUuid(random));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(document);
  }, port);
}

/** Rejects only where a fault breaks the connection. */
export async function answerRequest(
  services: ApiServices,
  body: string,
  RequestId: string,
): Promise<{ readonly status: number; readonly document: string }> {
  const parameters = new URLSearchParams(body);
  try {
    const action = parameters.get('Action') ?? '';
    const result = await answerQuery(services, parameters);
    const members = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId } };
    return { status: 200, document: envelope(`${action}Response`, members) };
  } catch (error) {
    if (isBroken(error)) throw error;
    const { status, Code, Message } = refusalOf(error);
    const Type = status < 500 ? 'Sender' : 'Receiver';
    return { status, document: envelope('ErrorResponse', { Error: { Type, Code, Message }, RequestId }) };
  }
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
