/** What cancels many things at once. */
import { setMaxListeners } from 'node:events';

/** A controller whose signal any number may wait for: Node.js takes more than ten for a leak, and says so. */
export function newCancellation(): AbortController {
  const cancellation = new AbortController();
  setMaxListeners(0, cancellation.signal);
  return cancellation;
}
