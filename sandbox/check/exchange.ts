/** One request to a provider, and all that came of it: what `conversation.ts` notes down and `rules.ts` judges. */
import type { RequestIds } from '../cloudformation/response.ts';
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
