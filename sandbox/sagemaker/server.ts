/**
 * SageMaker's endpoint over HTTP, in AWS JSON 1.1: the AWS SDKs and the AWS CLI work unchanged, with any signature.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../http-server.ts';
import type { Json } from '../json.ts';
import { type ApiAnswer, ApiError, throwApiError } from './api-answer.ts';
import type { SageMaker } from './sagemaker.ts';

/** The request id of a request that is refused before it becomes a call. */
const NIL_REQUEST_ID = '00000000-0000-0000-0000-000000000000';

/** Listens on a loopback port, a free one by default. If `sagemaker.call` rejects, the connection breaks off. */
export async function listenSageMaker(sagemaker: SageMaker, { port = 0 }: { readonly port?: number } = {}) {
  return listenOnLoopback(async (request, response) => {
    const { status, headers, body } = await answer(request, sagemaker);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }, port);
}

async function answer(request: IncomingMessage, sagemaker: SageMaker): Promise<ApiAnswer> {
  const body = await text(request);
  try {
    const traceId = request.headers['x-amzn-trace-id']?.toString();
    return await sagemaker.call(operationOf(request), parse(body), traceId);
  } catch (error) {
    if (error instanceof ApiError) return error.toAnswer(NIL_REQUEST_ID);
    throw error;
  }
}

function operationOf({ method, headers }: IncomingMessage): string {
  if (headers.authorization === undefined) throwApiError('MissingAuthenticationToken', 'Missing Authentication Token');
  const target = headers['x-amz-target'];
  const operation = typeof target === 'string' ? /^SageMaker\.(\w+)$/.exec(target)?.[1] : undefined;
  if (method === 'POST' && operation !== undefined) return operation;
  return throwApiError('UnknownOperationException', `Unknown operation: ${method} ${target}`);
}

function parse(body: string): Json {
  try {
    return JSON.parse(body);
  } catch (cause) {
    return throwApiError('SerializationException', `The request body is not JSON: ${String(cause)}`);
  }
}
