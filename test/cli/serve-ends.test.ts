// The `serve` in whose state folder a command works ends before it answers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { workWithTemplate } from './command-line.ts';

const { run, mine } = workWithTemplate();

/** Stands in for `serve`: what it does not answer finds the connection closed, as after the end of the process. */
async function whileServed<T>(
  answer: (request: IncomingMessage, response: ServerResponse) => boolean,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    if (!answer(request, response)) request.socket.destroy();
  });
  const port = await new Promise<number>((listening) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      listening(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  mkdirSync('.sandbox', { recursive: true });
  // This process is running, as that of `serve` is until then.
  writeFileSync('.sandbox/lock', `${process.pid} ${url}`);
  try {
    return await work(url);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

const acceptsUpload = ({ method }: IncomingMessage, response: ServerResponse) => {
  if (method !== 'PUT') return false;
  response.end();
  return true;
};

test.each([
  ['the upload of the template', () => false],
  ['the operation after the upload', acceptsUpload],
])('a command reports that %s has no answer', async (_what, answer) => {
  const { url, ended } = await whileServed(answer, async (url) => ({
    url,
    ended: await run(`deploy ${mine} --json`),
  }));

  const Message = `The process that serves ${url} has ended without an answer. Run the command again.`;
  expect(JSON.parse(ended.stdout)).toEqual({ Error: { Code: 'NotPossible', Message } });
  expect(ended).toMatchObject({ status: 1, stderr: `${Message}\n` });
});
