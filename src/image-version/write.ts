/**
 * Makes a call that changes something. SageMaker has certainly not carried out a call that it throttled, so the provider
 * repeats only that call. After any other failure the state may have changed, so the caller reads it and plans again.
 * docs/decisions/0015-where-retries-live.md
 */
import { ProviderError } from '../errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * For how long SageMaker may refuse a change because it is creating or updating the image. In EXPRESS mode, CloudFormation
 * sends the Create of a version before the image is CREATED.
 */
const changeRefusalMs = 60_000;

/**
 * Makes the call, and retries it alone while SageMaker throttles it.
 *
 * @param beforeRepeat checks again what the caller checked before the first try, because it may have changed
 * @throws ProviderError the error of `call`; if SageMaker throttled it, only at the deadline of the request. While the image
 *   changes, another try is worthwhile for a minute
 */
export async function write<T>(
  context: RequestContext,
  call: () => Promise<T>,
  beforeRepeat: () => Promise<void> = async () => {},
): Promise<T> {
  let isRepeat = false;
  const outcome = await context.retry(async () => {
    if (isRepeat) await beforeRepeat();
    isRepeat = true;
    try {
      return { result: await call() };
    } catch (thrown) {
      if (thrown instanceof ProviderError && thrown.code === 'Throttling') throw thrown;
      return { thrown };
    }
  });
  if ('thrown' in outcome) return whileImageChanges(changeRefusalMs)(outcome.thrown);
  return outcome.result;
}

/**
 * Returns a function that rethrows an error, and makes an InvalidRequest worth another try for `patienceMs`. While
 * SageMaker creates, updates or deletes the image, it answers with the same error code as for an invalid parameter. The
 * provider has checked all properties, so the state of the image is the likely cause.
 */
export function whileImageChanges(patienceMs: number): (thrown: unknown) => never {
  return (thrown) => {
    const error = ProviderError.from(thrown);
    if (error.code !== 'InvalidRequest') throw thrown;
    throw new ProviderError(error.code, error.message, { cause: error, worthwhileMs: patienceMs });
  };
}
