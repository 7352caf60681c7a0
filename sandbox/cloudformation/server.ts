/**
 * CloudFormation's API over HTTP, in AWS's Query protocol: what an SDK or the AWS CLI is pointed at.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { createServer } from 'node:http';
import { type Random, randomUuid } from '../random.ts';
import { answerQuery, type Stacks } from './api.ts';
import { CloudFormationError } from './cloudformation-error.ts';
import { closeServer, listenOnLoopback, readBody } from './http-server.ts';
import { type XmlValue, xmlElement } from './xml.ts';

/** Serves the operations of `api.ts` on a loopback port: a free one unless told otherwise. */
export async function listenCloudFormation(
  cloudFormation: Stacks,
  { random, port = 0 }: { readonly random: Random; readonly port?: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const { status, document } = answerRequest(cloudFormation, body, randomUuid(random));
        response.writeHead(status, { 'content-type': 'text/xml' }).end(document);
      },
      // The client has gone.
      () => response.destroy(),
    );
  });
  return { url: await listenOnLoopback(server, port), close: () => closeServer(server) };
}

/** One exchange: the form-encoded body of a request to status and XML document of its answer. */
export function answerRequest(
  cloudFormation: Stacks,
  body: string,
  RequestId: string,
): { readonly status: number; readonly document: string } {
  const parameters = new URLSearchParams(body);
  try {
    const action = parameters.get('Action') ?? '';
    const result = answerQuery(cloudFormation, parameters);
    return {
      status: 200,
      document: envelope(`${action}Response`, { [`${action}Result`]: result, ResponseMetadata: { RequestId } }),
    };
  } catch (error) {
    const isRefusal = error instanceof CloudFormationError;
    const refusal = {
      Type: isRefusal ? 'Sender' : 'Receiver',
      Code: isRefusal ? error.code : 'InternalFailure',
      Message: String(isRefusal ? error.message : error),
    };
    return { status: isRefusal ? 400 : 500, document: envelope('ErrorResponse', { Error: refusal, RequestId }) };
  }
}

function envelope(name: string, members: { readonly [name: string]: XmlValue }): string {
  const content = Object.entries(members).map(([member, value]) => xmlElement(member, value));
  return `<${name} xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${content.join('')}</${name}>`;
}
