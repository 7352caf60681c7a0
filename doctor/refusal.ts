/** How the doctor ends, and what it says where it cannot do what it was asked for. */
import { member } from '../src/member.ts';

export const exitStatus = { nothingFound: 0, orphansFound: 1, askedWrongly: 2, notTold: 3 } as const;

/** What the person is told instead of an answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitStatus: 2 | 3;

  constructor(message: string, status: 2 | 3, cause?: unknown) {
    super(message, { cause });
    this.exitStatus = status;
  }
}

const credentialCodes =
  /^(CredentialsProvider|TokenProvider|ExpiredToken|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|OptInRequired)/;

/**
 * Carries out what needs one of AWS's actions.
 *
 * @param action as a policy names it, such as `sagemaker:ListImages`
 * @throws Refusal that says what to do, where AWS does not answer
 */
export async function ask<T>(action: string, Region: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (thrown) {
    throw new Refusal(whatToDo(action, Region, thrown), exitStatus.notTold, thrown);
  }
}

function whatToDo(action: string, Region: string, thrown: unknown): string {
  const [name, message, code] = ['name', 'message', 'code'].map((key) => String(member(thrown, key) ?? ''));
  const status = member(member(thrown, '$metadata'), 'httpStatusCode');
  if (credentialCodes.test(name ?? '')) {
    return `AWS does not know who asks (${name}: ${message}) Set AWS_PROFILE, or sign in again.`;
  }
  if (/^(AccessDenied|NotAuthorized)/.test(name ?? '')) {
    return `You may not call ${action} in ${Region} (${name}: ${message}) The doctor needs it: half an answer would be none.`;
  }
  if (status === undefined) {
    return `There was no answer to ${action} from ${Region} (${code || name}: ${message}). Is there such a Region, and can it be reached from here?`;
  }
  return `${action} failed in ${Region} (${name}: ${message}).`;
}

/** Whether AWS has answered that there is no such thing: it went while the doctor looked. */
export function isNotFound(thrown: unknown): boolean {
  return member(thrown, 'name') === 'ResourceNotFound';
}
