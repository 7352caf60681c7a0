/** The HTTP servers of the sandbox. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type HttpServer = Awaited<ReturnType<typeof listenOnLoopback>>;

/** Listens on a loopback port, a free one by default; rejects if it is taken. If `answer` rejects, it disconnects. */
export async function listenOnLoopback(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  port = 0,
) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  // A client may keep its connection for an hour of virtual time, so only the client closes it.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    /** Without a slash at the end. */
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
