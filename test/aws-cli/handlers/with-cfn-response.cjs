// The plainest use of cfn-response: no physical id is given. `send` does what AWS's module does, in other words.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
const https = require('node:https');

exports.handler = (
  /** @type {import('aws-lambda').CloudFormationCustomResourceEvent} */ event,
  /** @type {import('aws-lambda').Context} */ context,
) => {
  const isTooShort = event.RequestType !== 'Delete' && Number(event.ResourceProperties['Length'] ?? 0) < 4;
  send(event, context, isTooShort ? 'FAILED' : 'SUCCESS', { Name: 'reports' });
};

/**
 * @param {import('aws-lambda').CloudFormationCustomResourceEvent} event
 * @param {import('aws-lambda').Context} context
 * @param {'SUCCESS' | 'FAILED'} Status
 * @param {object} Data
 */
function send({ StackId, RequestId, LogicalResourceId, ResponseURL }, context, Status, Data) {
  const Reason = `See the details in CloudWatch Log Stream: ${context.logStreamName}`;
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: context.logStreamName };
  const body = JSON.stringify({ Status, Reason, ...ids, NoEcho: false, Data });
  const { hostname, pathname, search } = new URL(ResponseURL);
  const headers = { 'content-type': '', 'content-length': body.length };
  https
    .request({ hostname, port: 443, path: pathname + search, method: 'PUT', headers }, () => context.done())
    .on('error', (error) => context.done(error))
    .end(body);
}
