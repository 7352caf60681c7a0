/**
 * An endpoint for all AWS services (AWS_ENDPOINT_URL) that refuses every call, or never answers. It shows whether a
 * provider answers CloudFormation even then.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '../http-server.ts';

/** `calls` returns the number of calls so far. */
export async function listenUnavailableAws(manner: 'refuses' | 'hangs') {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    if (manner === 'hangs') return;
    const code = 'AccessDeniedException';
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code })
      .end(JSON.stringify({ __type: code, message: 'The check refuses every call to AWS.' }));
  });
  return { url: await listenOnLoopback(server), calls: () => calls, close: () => closeServer(server) };
}
