/**
 * Loaded into the process of somebody else's provider before anything else. Most providers put their response to the
 * host of its ResponseURL, but to port 443 and over TLS whatever else stands there, so that URL names AWS's own host; and
 * a connection to that host ends at the sandbox's response bucket instead, without TLS. Built into a file of its own.
 */
import { connect, type Socket } from 'node:net';
import tls from 'node:tls';

const RESPONSE_HOST = /^cloudformation-custom-resource-response-[\w-]+\.s3\.[\w-]+\.amazonaws\.com$/;

const [address = '', port = ''] = (process.env['SANDBOX_RESPONSE_SERVER'] ?? '').split(':');
const connectTls = tls.connect;

/** What Node.js and its fetch ask of a connection that they take for a TLS socket. */
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
