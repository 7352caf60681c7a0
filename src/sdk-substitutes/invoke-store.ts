/**
 * Replaces `@aws/lambda-invoke-store` in the bundle, with the export that the SDK imports. The SDK's own module also
 * makes a store, for functions that run several invocations at once in one process. Lambda runs one invocation of the
 * provider at a time, so the only store is that of Lambda's runtime, if there is one. `bundle.mjs` makes the
 * replacement; docs/decisions/0009 has the size that it saves.
 */
import { getProperty } from '../errors.ts';

export const InvokeStore = {
  getInstanceAsync: async (): Promise<unknown> => getProperty(Reflect.get(globalThis, 'awslambda'), 'InvokeStore'),
};
