/** The doctor's exit status, and its errors: sentences that say what to do. */
import { asSentence, getProperty } from '../src/errors.ts';

export const exitStatus = { nothingFound: 0, found: 1, wrongUsage: 2, noAnswer: 3 } as const;

/** Printed instead of an answer. */
export class DoctorError extends Error {
  override readonly name = 'DoctorError';
  readonly exitStatus: 2 | 3;

  constructor(message: string, status: 2 | 3, cause?: unknown) {
    super(message, { cause });
    this.exitStatus = status;
  }
}

const credentialCodes =
  /^(CredentialsProvider|TokenProvider|ExpiredToken|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|OptInRequired)/;

/**
 * Makes calls that need one of AWS's actions.
 *
 * @param action the name in a policy, for example `sagemaker:ListImages`
 * @throws DoctorError that says what to do, if AWS does not answer or refuses
 */
export async function callAws<T>(action: string, Region: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw new DoctorError(whatToDo(action, Region, thrown), exitStatus.noAnswer, thrown);
  }
}

const denialNames = /^(AccessDenied|NotAuthorized)/;

/** Whether AWS has refused the call because it is not allowed. */
export function isDenied(thrown: unknown): thrown is DoctorError {
  return thrown instanceof DoctorError && denialNames.test(String(getProperty(thrown.cause, 'name')));
}

/** The items of all pages of a list. */
export async function itemsOf<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsIn: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsIn(page) ?? []));
  return items;
}

function whatToDo(action: string, Region: string, thrown: unknown): string {
  const field = (key: string) => String(getProperty(thrown, key) ?? '');
  const name = field('name');
  const cause = `${field('code') || name}: ${asSentence(field('message'))}`;
  if (credentialCodes.test(name)) {
    return `AWS does not accept your credentials. ${cause} Set AWS_PROFILE, or sign in again.`;
  }
  if (denialNames.test(name)) {
    return `${action} is not allowed in ${Region}. ${cause} The doctor needs this permission.`;
  }
  if (getProperty(getProperty(thrown, '$metadata'), 'httpStatusCode') === undefined) {
    return `${action} got no answer from ${Region}. ${cause} Check that this Region exists and that you can reach it.`;
  }
  return `${action} failed in ${Region}. ${cause}`;
}

/** No items, if AWS answered that something does not exist: it was deleted in the meantime. Else throws what was thrown. */
export function noneIfNotFound(thrown: unknown): readonly never[] {
  if (getProperty(thrown, 'name') === 'ResourceNotFound') return [];
  throw thrown;
}
