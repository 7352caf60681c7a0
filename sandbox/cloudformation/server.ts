/**
 * CloudFormation's endpoint over HTTP, in AWS's Query protocol: the AWS SDKs and the AWS CLI work with it unchanged.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../http-server.ts';
import { type Random, randomUuid } from '../random.ts';
import { answerQuery, type ReadableStacks, type XmlMembers, type XmlValue } from './api.ts';
import { CloudFormationError } from './refusals.ts';

/** Serves the operations of `api.ts` on the loopback interface, on a free port by default. */
export async function listenCloudFormation(
  cloudFormation: ReadableStacks,
  { random, port = 0 }: { readonly random: Random; readonly port?: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        const { status, document } = answerRequest(cloudFormation, body, randomUuid(random));
        response.writeHead(status, { 'content-type': 'text/xml' }).end(document);
      })
      // The client has closed the connection, or a fault breaks it.
      .catch(() => response.destroy());
  });
  return { url: await listenOnLoopback(server, port), close: () => closeServer(server) };
}

/** Throws only where a fault breaks the connection. */
export function answerRequest(
  cloudFormation: ReadableStacks,
  body: string,
  RequestId: string,
): { readonly status: number; readonly document: string } {
  const parameters = new URLSearchParams(body);
  try {
    const action = parameters.get('Action') ?? '';
    const members = { [`${action}Result`]: answerQuery(cloudFormation, parameters), ResponseMetadata: { RequestId } };
    return { status: 200, document: envelope(`${action}Response`, members) };
  } catch (error) {
    if (isBroken(error)) throw error;
    const isRefusal = error instanceof CloudFormationError;
    const refusal = {
      Type: isRefusal ? 'Sender' : 'Receiver',
      Code: isRefusal ? error.code : 'InternalFailure',
      Message: String(isRefusal ? error.message : error),
    };
    return { status: isRefusal ? 400 : 500, document: envelope('ErrorResponse', { Error: refusal, RequestId }) };
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function envelope(name: string, members: XmlMembers): string {
  return `<${name} xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${content(members)}</${name}>`;
}

function xmlElement(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined>): string {
  if (typeof value !== 'object') return escaped(String(value));
  if (isList(value)) return value.map((item) => xmlElement('member', item)).join('');
  const elements = Object.entries(value).map(([name, member]) => xmlElement(name, member));
  return elements.join('');
}

function isList(value: object): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
