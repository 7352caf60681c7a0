/** How the doctor ends, and what it says where it cannot do what it was asked for. */
import { asSentence, getProperty } from '../src/errors.ts';

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
  const told = (key: string) => String(getProperty(thrown, key) ?? '');
  const name = told('name');
  const said = `${told('code') || name}: ${asSentence(told('message'))}`;
  if (credentialCodes.test(name)) {
    return `AWS does not know who asks. ${said} Set AWS_PROFILE, or sign in again.`;
  }
  if (/^(AccessDenied|NotAuthorized)/.test(name)) {
    return `${action} is not allowed in ${Region}. ${said} The doctor does not judge by half of what there is.`;
  }
  if (getProperty(getProperty(thrown, '$metadata'), 'httpStatusCode') === undefined) {
    return `${action} had no answer from ${Region}. ${said} See that this is a Region, and that it can be reached from here.`;
  }
  return `${action} failed in ${Region}. ${said}`;
}

/** Whether AWS has answered that there is no such thing: it went while the doctor looked. */
export function isNotFound(thrown: unknown): boolean {
  return getProperty(thrown, 'name') === 'ResourceNotFound';
}
