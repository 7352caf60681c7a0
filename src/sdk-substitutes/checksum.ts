/**
 * Replaces `@smithy/core/checksum` in the bundle, with the export that the SDK imports. The SDK's own module also has
 * SHA-256 in JavaScript, for platforms without node:crypto. `bundle.mjs` makes the replacement; docs/decisions/0009 has
 * the size that it saves.
 */
import { createHash, createHmac } from 'node:crypto';

/** SHA-256 or, with a key, HMAC-SHA-256. */
export class Sha256 {
  readonly digestLength = 32;
  readonly #start;
  #hash;

  constructor(key?: string | Uint8Array) {
    this.#start = () => (key === undefined ? createHash('sha256') : createHmac('sha256', key));
    this.#hash = this.#start();
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  /** Ends the hash: call `reset` before another `update`. */
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#start();
  }
}
