/**
 * The answer to a request, as CloudFormation accepts it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import type { Request } from './request.ts';

/** CloudFormation refuses a longer body: "Response object is too long." */
const maximumBodyBytes = 4096;

export type Outcome =
  | {
      readonly Status: 'SUCCESS';
      readonly PhysicalResourceId: string;
      readonly Data?: Readonly<Record<string, string>>;
    }
  | {
      readonly Status: 'FAILED';
      readonly PhysicalResourceId: string;
      /** What happened and what to do next. */
      readonly Reason: string;
    };

/**
 * The response document. The Reason of a FAILED one is cut so that it has at most 4096 bytes; a SUCCESS one is never
 * cut. The Reason has printable ASCII only: with a control character in it, nobody can read the events of the stack any
 * more, and AWS does not document what CloudFormation accepts.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
 *
 * @param whereToLook the place of the log, at the end of a Reason; it is never cut
 */
export function responseBody(request: Request, outcome: Outcome, whereToLook: string): string {
  const { StackId, RequestId, LogicalResourceId } = request;
  const { Status, PhysicalResourceId } = outcome;
  const echoed = { Status, PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  if (outcome.Status === 'SUCCESS') return JSON.stringify({ ...echoed, Data: outcome.Data });

  const body = (reason: string) => JSON.stringify({ ...echoed, Reason: `${reason} ${whereToLook}` });
  return longestThatFits(outcome.Reason, body);
}

/** `body` of the whole Reason or, if that is too long, of the longest beginning that fits. */
function longestThatFits(reason: string, body: (reason: string) => string): string {
  // A Reason of this length never fits, so the rest of a longer one does not matter.
  const beginning = inPrintableAscii(reason.slice(0, maximumBodyBytes));
  const whole = body(beginning);
  if (Buffer.byteLength(whole) <= maximumBodyBytes) return whole;

  const cut = (length: number) => body(`${beginning.slice(0, length)}...`);
  let fits = 0;
  let tooLong = beginning.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (Buffer.byteLength(cut(middle)) <= maximumBodyBytes) fits = middle;
    else tooLong = middle;
  }
  return cut(fits);
}

/** The text with an escape sequence, as in JSON, for each character that is not printable ASCII. */
function inPrintableAscii(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(/\s/g, ' ').replace(/[^ -~]/g, escaped);
}
