/**
 * What starts a handler, in place of Lambda's runtime client: it has loaded what that client loads (by require: an `import`
 * of node:http would load all of undici too), loads the handler as that does, hands it one event, and tells on file
 * descriptor 3 when the handler was ready and how much memory the process took at its peak.
 *
 * node runner.mjs FILE HANDLER EVENT
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { readFileSync, writeSync } = require('node:fs');
for (const name of ['node:http', 'node:net', 'node:os', 'node:util']) require(name);

const [, , file = '', name = '', event = ''] = process.argv;
const module = await import(file);
const handler = module[name] ?? module.default[name];
await new Promise((resolve) => setImmediate(resolve));
const readyAt = process.hrtime.bigint();

let failure = '';
if (event !== '') {
  const context = { getRemainingTimeInMillis: () => 900_000, logGroupName: 'group', logStreamName: 'stream' };
  await handler(JSON.parse(event), context).catch((/** @type {unknown} */ error) => {
    failure = String(error);
  });
}
const peakKb = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
writeSync(3, JSON.stringify({ readyAt: String(readyAt), peakKb, failure }));
process.exit();
