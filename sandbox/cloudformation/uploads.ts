/**
 * The objects that the AWS CLI and SAM upload to S3 before they name them in TemplateURL: the sandbox keeps them in memory.
 * The path has the bucket and the key.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export function createUploads() {
  const objects = new Map<string, Buffer>();
  const pathOf = (url: string) => new URL(url, 'http://127.0.0.1').pathname;
  return {
    /** The text of the object at this URL, whatever its host is. */
    find: (url: string) => objects.get(pathOf(url))?.toString(),
    /** Answers PutObject, GetObject and HeadObject. */
    async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const path = pathOf(request.url ?? '');
      if (request.method === 'PUT') objects.set(path, await buffer(request));
      const object = objects.get(path);
      response.writeHead(object === undefined ? 404 : 200, { etag: '"uploaded"' });
      response.end(request.method === 'GET' ? object : undefined);
    },
  };
}
