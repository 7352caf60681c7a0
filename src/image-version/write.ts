/**
 * Makes a call that changes something. SageMaker has certainly not carried out a call that it throttled, so the provider
 * repeats such a call by itself. After any other failure the state may be another one, so the caller plans again.
 * docs/decisions/0015-where-retries-live.md
 */
import { ProviderError } from '../errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * @param beforeRepeat what the caller checked before the first try; it may be wrong when the call is repeated
 * @throws ProviderError as `call` does, if it is not throttled, or until the request's deadline
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
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome.result;
}

/**
 * For a call in which nothing can be invalid but the state of the image, because the provider has checked all properties:
 * makes a ValidationException worth another try. SageMaker answers it while it creates, updates or deletes the image, with
 * the same error code as for an invalid parameter.
 */
export function whileImageChanges(patienceMs: number): (thrown: unknown) => never {
  return (thrown) => {
    const error = ProviderError.from(thrown);
    if (error.code !== 'InvalidRequest') throw thrown;
    throw new ProviderError(error.code, error.message, { cause: error, worthwhileMs: patienceMs });
  };
}
