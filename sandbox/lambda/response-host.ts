/**
 * Node.js loads this file before the provider of another author. Most providers deliver to the host of their ResponseURL
 * on port 443 and over TLS, whatever port and scheme it has. So their ResponseURL names AWS's own host, and this file
 * redirects a connection to that host to the sandbox's response bucket, without TLS.
 */
import { connect, type Socket } from 'node:net';
import tls from 'node:tls';

const RESPONSE_HOST = /^cloudformation-custom-resource-response-[\w-]+\.s3\.[\w-]+\.amazonaws\.com$/;

const [address = '', port = ''] = (process.env['SANDBOX_RESPONSE_SERVER'] ?? '').split(':');
const connectTls = tls.connect;

/** A connection to the bucket that Node.js and its `fetch` accept as a TLS socket. */
function connectToBucket(): Socket {
  const socket = connect(Number(port), address);
  socket.once('connect', () => socket.emit('secureConnect'));
  return socket;
}

function hostOf([first, second]: readonly unknown[]): unknown {
  if (typeof first !== 'object' || first === null) return second;
  return Reflect.get(first, 'servername') || Reflect.get(first, 'host');
}

Reflect.set(tls, 'connect', (...args: unknown[]) =>
  RESPONSE_HOST.test(String(hostOf(args))) ? connectToBucket() : Reflect.apply(connectTls, tls, args),
);
