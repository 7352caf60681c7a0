/** Laws about what is said: that it is said at all, and that it gives nothing away. */
import type { Invariant } from './invariant.ts';

/** What CloudFormation says where no answer came, or none that it takes. */
const unanswered =
  /did not receive a response|Response is not (a )?valid|Invalid (Status|PhysicalResourceId|StackId|RequestId|LogicalResourceId)|too long/i;

/** CloudFormation itself tells when it has waited for a whole ServiceTimeout in vain. */
export const everyRequestIsAnswered: Invariant = (_run, { added }) =>
  added.events
    .filter(({ ResourceStatusReason = '' }) => unanswered.test(ResourceStatusReason))
    .map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) => {
      return `${LogicalResourceId} ${ResourceStatus}: ${ResourceStatusReason}`;
    });

/** The signature is what makes ResponseURL a credential. */
export const noSecretIsWritten: Invariant = ({ history }, { added }) => {
  const secrets = history.requests.flatMap(({ event }) => {
    const [, secret] = /[?&]X-Amz-Signature=([^&]+)/.exec(String(event['ResponseURL'])) ?? [];
    return secret === undefined ? [] : [secret];
  });
  const written = [...added.logLines, ...added.events.map(({ ResourceStatusReason = '' }) => ResourceStatusReason)];
  return written.filter((line) => secrets.some((secret) => line.includes(secret)));
};
