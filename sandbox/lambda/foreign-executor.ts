/**
 * Runs the provider of another author, as `process-executor.ts` does, but with a ResponseURL on AWS's own host: many
 * providers accept no other. `response-host.ts` (`bootstrap.py` for Python) redirects the delivery to the sandbox.
 */
import { isMap, type Json } from '../json.ts';
import { randomUuid } from '../random.ts';
import type { Executor, FunctionConfiguration } from './function.ts';
import { createProcessExecutor, type EnvironmentDependencies, type EnvironmentSettings } from './process-executor.ts';

export function createForeignExecutor(
  configuration: FunctionConfiguration,
  { responseHostPath, ...settings }: EnvironmentSettings & { readonly responseHostPath: string },
  dependencies: EnvironmentDependencies,
): Executor {
  let executor: Executor | undefined;
  const { Region } = settings;
  const awsHost = `cloudformation-custom-resource-response-${Region.replaceAll('-', '')}.s3.${Region}.amazonaws.com`;
  const NODE_OPTIONS = `${configuration.Environment['NODE_OPTIONS'] ?? ''} --require=${JSON.stringify(responseHostPath)}`;
  return {
    invoke: (event, context) => {
      let SANDBOX_RESPONSE_SERVER = '127.0.0.1:0';
      const onAws = withResponseUrl(event, (url) => {
        SANDBOX_RESPONSE_SERVER = new URL(url).host;
        return url.replace(/^http:\/\/[^/]+/, `https://${awsHost}`);
      });
      // The first request contains the server of all responses.
      const extraVariables = { ...settings.extraVariables, NODE_OPTIONS, SANDBOX_RESPONSE_SERVER };
      executor ??= createProcessExecutor(configuration, { ...settings, extraVariables }, dependencies);
      return executor.invoke(asDelivered(onAws, dependencies), context);
    },
    close: async () => executor?.close(),
  };
}

/** The event with what `change` makes of its ResponseURL. The request may be in the record for an OnFailure destination. */
function withResponseUrl(event: Json, change: (url: string) => string): Json {
  if (!isMap(event)) return event;
  const { ResponseURL, requestPayload } = event;
  return {
    ...event,
    ...(typeof ResponseURL === 'string' && { ResponseURL: change(ResponseURL) }),
    ...(requestPayload !== undefined && { requestPayload: withResponseUrl(requestPayload, change) }),
  };
}

/**
 * A function whose ServiceToken is the ARN of an SNS topic gets the request as the message of the topic.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
function asDelivered(event: Json, { clock, random }: EnvironmentDependencies): Json {
  const { ServiceToken: TopicArn } = isMap(event) ? event : {};
  if (typeof TopicArn !== 'string' || !/^arn:[^:]+:sns:/.test(TopicArn)) return event;
  const Sns = {
    Type: 'Notification',
    MessageId: randomUuid(random),
    TopicArn,
    Subject: 'AWS CloudFormation custom resource request',
    Message: JSON.stringify(event),
    Timestamp: new Date(clock.now()).toISOString(),
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: 'EXAMPLE',
    UnsubscribeUrl: 'EXAMPLE',
    MessageAttributes: {},
  };
  const EventSubscriptionArn = `${TopicArn}:${randomUuid(random)}`;
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn, Sns }] };
}
