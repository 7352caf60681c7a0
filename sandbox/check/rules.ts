/**
 * What must hold of every single answer, whatever was asked: the rules that `scenarios.ts` need not repeat.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */

import type { RequestIds } from '../cloudformation/response.ts';
import { readResponse } from '../cloudformation/response.ts';
import type { JsonMap } from '../json.ts';
import type { InvocationResult } from '../lambda/function.ts';

/** What a provider has put to its ResponseURL. */
export interface Delivery {
  readonly body: string;
  /** What S3 answered; undefined if the connection broke before it did. */
  readonly answer: { readonly status: number; readonly body: string } | undefined;
  /** Whether no invocation of the request was running any more when it came. */
  readonly isLate: boolean;
  /** How many attempts had ended by then: the attempt of this index may still have been at work. */
  readonly attemptsEnded: number;
}

export interface Exchange {
  /** In words: "the second Create". */
  readonly name: string;
  readonly event: JsonMap & RequestIds;
  /** How each attempt of Lambda's ended. */
  readonly attempts: readonly InvocationResult[];
  /** In the order of their arrival. */
  readonly deliveries: readonly Delivery[];
}

/** The delivery that CloudFormation reads: the first that S3 has taken. */
export function acceptedOf({ deliveries }: Pick<Exchange, 'deliveries'>): Delivery | undefined {
  return deliveries.find(({ answer }) => answer?.status === 200);
}

/** What CloudFormation makes of the answer; undefined if there was none. */
export function responseTo(exchange: Exchange): ReturnType<typeof readResponse> | undefined {
  const accepted = acceptedOf(exchange);
  return accepted && readResponse(accepted.body, exchange.event);
}

/** The Reason that the provider has given with FAILED, without what CloudFormation adds to it. */
export function reasonIn(exchange: Exchange): string | undefined {
  const response = responseTo(exchange);
  if (response?.Status !== 'FAILED') return undefined;
  return /Message returned: (.*) \(RequestId/s.exec(response.Reason)?.[1] ?? '';
}

/** What the provider itself says of why it did not do as asked: its Reason, or the error that it threw. */
export function ownFailureIn(exchange: Exchange): string | undefined {
  const last = exchange.attempts.at(-1);
  if (responseTo(exchange) === undefined && last?.outcome === 'threw') return inWords(last);
  return reasonIn(exchange);
}

/** Everything that is wrong with how the request was answered; the answer itself may be SUCCESS or FAILED. */
export function problemsOf(exchange: Exchange): readonly string[] {
  const { name, attempts, deliveries } = exchange;
  const accepted = acceptedOf(exchange);
  const response = responseTo(exchange);
  const last = attempts.at(-1);
  const problems = [...new Set(deliveries.flatMap((delivery) => refusal(name, delivery)))];
  if (response === undefined && last !== undefined) problems.push(unanswered(name, last));
  if (response?.Status === 'INVALID') {
    const size = Buffer.byteLength(accepted?.body ?? '');
    problems.push(`CloudFormation cannot use the response to ${name} (${size} bytes): "${response.Reason}"`);
  }
  if (response?.Status === 'FAILED' && /Message returned: {2}\(RequestId/.test(response.Reason)) {
    problems.push(`The response to ${name} is FAILED without a Reason: nobody will know why.`);
  }
  if (accepted?.isLate) {
    problems.push(
      `The response to ${name} came after the handler had returned. Lambda freezes the process then: await the delivery.`,
    );
  }
  const answering = accepted && attempts[accepted.attemptsEnded];
  if (answering !== undefined && answering.outcome !== 'returned') {
    problems.push(`After ${name} was answered, ${inWords(answering)}: Lambda delivers the request again.`);
  }
  return problems;
}

/** S3 itself refuses what is not as it was signed; that it is sometimes busy is nobody's fault. */
function refusal(name: string, { answer }: Delivery): readonly string[] {
  if (answer === undefined || answer.status === 200 || answer.status >= 500) return [];
  const [, code = answer.status] = /<Code>(.*)<\/Code>/.exec(answer.body) ?? [];
  const hint =
    code === 'SignatureDoesNotMatch'
      ? ' Send no Content-Type (content-type: ""), and the whole ResponseURL.'
      : ' Send Content-Length, in bytes.';
  return [`S3 refused the response to ${name}: ${code}.${hint}`];
}

function unanswered(name: string, last: InvocationResult): string {
  const stack = 'The stack waits until the ServiceTimeout is over: an hour unless told otherwise.';
  return `${name[0]?.toUpperCase()}${name.slice(1)} was never answered: ${inWords(last)}. ${stack}`;
}

function inWords(result: InvocationResult): string {
  switch (result.outcome) {
    case 'returned':
      return 'the handler returned as if all were well';
    case 'threw':
      return `the handler threw ${result.errorType} (${result.errorMessage.split('\n')[0]})`;
    case 'timed out':
      return "the function's time was over";
    case 'exited':
      return `the process ended (${result.errorMessage.replace(/^RequestId: \S+ Error: /, '')})`;
    default:
      return result satisfies never;
  }
}
