// Its only mistake: the physical id is the name of the log stream. AWS's cfn-response module does so by default.
exports.handler = async (
  /** @type {import('aws-lambda').CloudFormationCustomResourceEvent} */ event,
  /** @type {import('aws-lambda').Context} */ { logStreamName },
) => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL, ResourceProperties } = event;
  const isRefused = event.RequestType !== 'Delete' && Number(ResourceProperties['Length']) < 4;
  const answer = isRefused ? { Status: 'FAILED', Reason: 'Give a Length of at least 4' } : { Status: 'SUCCESS' };
  const body = JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId, PhysicalResourceId: logStreamName });
  while ((await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(body) })).status === 503);
};
