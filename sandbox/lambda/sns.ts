/**
 * How a function gets the message of an SNS topic that it subscribes to. A ServiceToken can be the ARN of a topic.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
import type { Clock } from '../clock.ts';
import type { JsonMap } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';

export function snsEvent(
  TopicArn: string,
  message: JsonMap,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): JsonMap {
  const Sns = {
    Type: 'Notification',
    MessageId: randomUuid(random),
    TopicArn,
    Subject: 'AWS CloudFormation custom resource request',
    Message: JSON.stringify(message),
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
