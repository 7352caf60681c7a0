/** Invariants about answers: every request gets one, and none gives a secret away. */
import type { Invariant } from '../run.ts';

/** CloudFormation's reasons for a request without an answer, or with one that it does not accept. */
const unanswered =
  /did not receive a response|Response is not (a )?valid|Invalid (Status|PhysicalResourceId|StackId|RequestId|LogicalResourceId)|too long/i;

/** An event tells where CloudFormation waited for a whole ServiceTimeout in vain. */
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
