// A typical provider: it makes a name unique, and works if nothing goes wrong. This command shows its mistakes:
//
//   npm run sandbox -- check --handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json
//
// careful.cjs does the same without the mistakes. docs/testing-other-providers.md explains them.
const { randomBytes } = require('node:crypto');
const https = require('node:https');

exports.handler = async (event) => {
  const { Prefix, Length } = event.ResourceProperties;
  const suffix = randomBytes(16).toString('hex').slice(0, Number(Length));
  const PhysicalResourceId = `${Prefix.toLowerCase()}-${suffix}`;
  switch (event.RequestType) {
    case 'Create':
    case 'Update':
      return send(event, { Status: 'SUCCESS', PhysicalResourceId, Data: { Name: PhysicalResourceId } });
    case 'Delete':
      if (!event.PhysicalResourceId.startsWith(Prefix.toLowerCase())) {
        throw new Error(`Not one of mine: ${event.PhysicalResourceId}`);
      }
      return send(event, { Status: 'SUCCESS', PhysicalResourceId });
  }
};

function send(event, response) {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const body = JSON.stringify({ ...response, StackId, RequestId, LogicalResourceId });
  const { hostname, pathname, search } = new URL(ResponseURL);
  const options = { hostname, port: 443, path: pathname + search, method: 'PUT' };
  return new Promise((resolve, reject) => {
    https
      .request({ ...options, headers: { 'content-type': '', 'content-length': body.length } }, () => resolve())
      .on('error', reject)
      .end(body);
  });
}
