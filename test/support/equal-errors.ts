/**
 * Run by jest before each file of tests: errors are equal when all that they say is. Jest itself compares nothing but
 * their messages, so that an error with another code would pass.
 */
import { isDeepStrictEqual, types } from 'node:util';

declare global {
  namespace jest {
    interface Expect {
      /** Each gives undefined for what it has no say in. */
      addEqualityTesters(testers: readonly ((one: unknown, other: unknown) => boolean | undefined)[]): void;
    }
  }
}

expect.addEqualityTesters([areEqualErrors]);

function areEqualErrors(one: unknown, other: unknown): boolean | undefined {
  return isError(one) && isError(other) ? isDeepStrictEqual(saidBy(one), saidBy(other)) : undefined;
}

/** What an error is called and everything that its class adds. Its cause is for the log: tests ask for that by name. */
function saidBy(error: Error): object {
  return { ...error, name: error.name, message: error.message };
}

/** Also of an error that Node.js has made, outside the realm of the test. */
function isError(value: unknown): value is Error {
  return types.isNativeError(value);
}
