/**
 * The rules for each exchange: a request to a provider, and everything that it caused. `scenarios.ts` compares exchanges.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import { type RequestIds, readResponse } from '../cloudformation/custom-resource.ts';
import type { JsonMap } from '../json.ts';
import type { InvocationResult } from '../lambda/function.ts';

/** One PUT of the provider to its ResponseURL. */
export interface Delivery {
  readonly body: string;
  /** Undefined if the connection broke before S3 answered. */
  readonly answer: { readonly status: number; readonly body: string } | undefined;
  /** Whether it came after all invocations of the request had ended. */
  readonly isLate: boolean;
  /** How many attempts had ended by then: the attempt with this index may still have been running. */
  readonly attemptsEnded: number;
}

export interface Exchange {
  /** For messages, for example "the second Create". */
  readonly name: string;
  readonly event: JsonMap & RequestIds;
  /** How each of Lambda's attempts ended. */
  readonly attempts: readonly InvocationResult[];
  /** In the order of their arrival. */
  readonly deliveries: readonly Delivery[];
}

/** The delivery that CloudFormation reads: the first that S3 accepted. */
export function acceptedOf({ deliveries }: Pick<Exchange, 'deliveries'>): Delivery | undefined {
  return deliveries.find(({ answer }) => answer?.status === 200);
}

/** The answer as CloudFormation reads it; undefined if there is none. */
export function responseTo(exchange: Exchange): ReturnType<typeof readResponse> | undefined {
  const accepted = acceptedOf(exchange);
  return accepted && readResponse(accepted.body, exchange.event);
}

/** The Reason of a FAILED answer, without what CloudFormation adds to it; undefined for any other answer. */
export function reasonIn(exchange: Exchange): string | undefined {
  const response = responseTo(exchange);
  if (response?.Status !== 'FAILED') return undefined;
  return /Message returned: (.*) \(RequestId/s.exec(response.Reason)?.[1] ?? '';
}

/** Why the request failed, in the provider's own words: its Reason, or the error that it threw. */
export function ownFailureIn(exchange: Exchange): string | undefined {
  const last = exchange.attempts.at(-1);
  if (responseTo(exchange) === undefined && last?.outcome === 'threw') return inWords(last);
  return reasonIn(exchange);
}

/** What is wrong with the way the provider answered. Both SUCCESS and FAILED can be answered correctly. */
export function problemsOf(exchange: Exchange): readonly string[] {
  const { name, attempts, deliveries } = exchange;
  const accepted = acceptedOf(exchange);
  const response = responseTo(exchange);
  const last = attempts.at(-1);
  const problems = [...new Set(deliveries.flatMap((delivery) => refusedBy(name, delivery)))];
  if (response === undefined && last !== undefined) {
    const stack = 'The stack waits for the ServiceTimeout, one hour by default.';
    problems.push(`${capital(name)} was never answered: ${inWords(last)}. ${stack}`);
  }
  if (response?.Status === 'INVALID') {
    const size = Buffer.byteLength(accepted?.body ?? '');
    problems.push(`CloudFormation cannot use the response to ${name} (${size} bytes): "${response.Reason}"`);
  }
  const reason = reasonIn(exchange);
  const where = `The response to ${name} is FAILED`;
  if (reason === '') problems.push(`${where} without a Reason: the stack events cannot say why.`);
  // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
  const isUnreadable = /[^\P{Cc}\t\n\r]/u.test(reason ?? '');
  if (isUnreadable)
    problems.push(`${where} with control characters in the Reason: then nobody can read the stack events.`);
  if (accepted?.isLate) {
    const advice = 'Lambda then freezes the process: await the PUT before you return.';
    problems.push(`The response to ${name} came after the handler had returned. ${advice}`);
  }
  const answering = accepted && attempts[accepted.attemptsEnded];
  if (answering !== undefined && answering.outcome !== 'returned') {
    problems.push(`After ${name} was answered, ${inWords(answering)}: Lambda delivers the request again.`);
  }
  return problems;
}

/** S3 refuses a request that differs from what was signed. A busy S3 (5xx) is not the provider's fault. */
function refusedBy(name: string, { answer }: Delivery): readonly string[] {
  if (answer === undefined || answer.status === 200 || answer.status >= 500) return [];
  const [, code = answer.status] = /<Code>(.*)<\/Code>/.exec(answer.body) ?? [];
  const hint =
    code === 'SignatureDoesNotMatch'
      ? ' Send no Content-Type (content-type: ""), and the whole ResponseURL.'
      : ' Send Content-Length, in bytes.';
  return [`S3 refused the response to ${name}: ${code}.${hint}`];
}

function inWords(result: InvocationResult): string {
  switch (result.outcome) {
    case 'returned':
      return 'the handler returned without an error';
    case 'threw':
      return `the handler threw ${result.errorType} (${result.errorMessage.split('\n')[0]})`;
    case 'timed out':
      return 'the function timed out';
    case 'exited':
      return `the process ended (${result.errorMessage.replace(/^RequestId: \S+ Error: /, '')})`;
  }
}

export function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
