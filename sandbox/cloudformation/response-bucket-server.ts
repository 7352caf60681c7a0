/** Puts the response bucket on a loopback port, for providers that deliver over HTTP. */
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback, readBody } from './http-server.ts';
import { type PutAnswer, type ResponseBucket, s3Error } from './response-bucket.ts';

/** Serves `bucket`; URLs presigned from now on point to the server. */
export async function listenResponseBucket(
  bucket: ResponseBucket,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  let url = '';
  const server = createServer((request, response) => {
    const answer = async (): Promise<PutAnswer> => {
      if (request.method !== 'PUT') {
        return s3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
      }
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as const],
      );
      return bucket.put(`${url}${request.url ?? '/'}`, Object.fromEntries(headers), await readBody(request));
    };
    answer().then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/xml' }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  url = await listenOnLoopback(server);
  bucket.setEndpoint(url);
  return { url, close: () => closeServer(server) };
}
