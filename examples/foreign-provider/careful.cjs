// The provider of naive.cjs without its mistakes. The same request always gets the same answer, and every request gets one.
//
//   npm run sandbox -- check --handler examples/foreign-provider/careful.cjs --properties examples/foreign-provider/reports.json
const { createHash } = require('node:crypto');
const { setTimeout: delay } = require('node:timers/promises');

exports.handler = async (event) => {
  await deliver(event, answerTo(event));
};

function answerTo(event) {
  // A rollback also deletes resources that were never created, with an id that CloudFormation invents. There is nothing to do.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId };
  const { Prefix, Length } = event.ResourceProperties;
  // After a failed Create, CloudFormation sends a Delete with this id. A failed Update keeps the current id.
  const unchanged = event.PhysicalResourceId ?? 'not-created';
  if (!Prefix || !(Length >= 4 && Length <= 32)) {
    return { Status: 'FAILED', Reason: 'Give a Prefix, and a Length of 4 to 32.', PhysicalResourceId: unchanged };
  }
  // The id stays the same as long as the resource does. Another Prefix means another resource, and another Length does not.
  const PhysicalResourceId = `${Prefix.toLowerCase()}-${hash(event.StackId, event.LogicalResourceId, Prefix)}`;
  const Name = PhysicalResourceId.slice(0, Prefix.length + 1 + Number(Length));
  return { Status: 'SUCCESS', PhysicalResourceId, Data: { Name } };
}

function hash(...parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

async function deliver({ StackId, RequestId, LogicalResourceId, ResponseURL }, answer) {
  const body = JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId });
  for (let attempt = 1; ; attempt += 1) {
    // The body is a buffer, because fetch adds a Content-Type to a string, and the URL is signed without one.
    const { ok, status } = await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(body) });
    if (ok) return;
    // After the error, Lambda invokes the function again, and it gives the same answer.
    if (attempt === 4) throw new Error(`The response was refused with ${status}`);
    await delay(200 * 2 ** attempt);
  }
}
