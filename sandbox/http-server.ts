/** What the HTTP servers of the sandbox have in common. */
import { once } from 'node:events';
import type { Server } from 'node:http';

/**
 * Listens on a port of the loopback interface, 0 for a free one. Resolves with the URL, without a slash at the end;
 * rejects if the port is taken.
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Closes the server and every connection that a client keeps open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
