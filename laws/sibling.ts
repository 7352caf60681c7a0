/** A custom resource of another provider: it answers after a while, as its properties ask. */

import type { Clock } from '../sandbox/clock.ts';
import type { ResponseBucket } from '../sandbox/cloudformation/response-bucket.ts';
import { isMap, type Json } from '../sandbox/json.ts';
import type { Executor, FunctionConfiguration } from '../sandbox/lambda/function.ts';

/** Its function, which always answers in its first invocation. */
export const siblingFunction: FunctionConfiguration = {
  LogicalResourceId: 'SiblingFunction',
  FunctionName: 'sibling',
  FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:sibling',
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  codePath: '.',
  Timeout: 900,
  MemorySize: 128,
  Environment: {},
  LogGroupName: '/aws/lambda/sibling',
  EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21_600 },
};

export function createSibling({ clock, bucket }: { readonly clock: Clock; readonly bucket: ResponseBucket }): Executor {
  /** The generations whose rollback failed once: the next try succeeds. */
  const failedBefore = new Set<string>();

  const answer = async (event: Json) => {
    if (!isMap(event)) return;
    const { RequestType, ResourceProperties, OldResourceProperties, ResponseURL } = event;
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = `sibling-${RequestId}` } = event;
    const properties = isMap(ResourceProperties) ? ResourceProperties : {};
    const old = isMap(OldResourceProperties) ? OldResourceProperties : {};
    const isDelete = RequestType === 'Delete';
    if (!isDelete) await clock.sleep(Number(properties['afterMs']));
    const key = String(old['generation']);
    const refusesToRollBack = old['failsToRollBack'] === 'true' && old['fails'] === 'true' && !failedBefore.has(key);
    if (refusesToRollBack) failedBefore.add(key);
    const fails = !isDelete && (properties['fails'] === 'true' || refusesToRollBack);
    const body = JSON.stringify({
      Status: fails ? 'FAILED' : 'SUCCESS',
      Reason: 'The sibling fails.',
      PhysicalResourceId,
      StackId,
      RequestId,
      LogicalResourceId,
    });
    await bucket.put(String(ResponseURL), { 'content-length': String(Buffer.byteLength(body)) }, body);
  };

  return {
    invoke: async (event) => {
      await answer(event);
      return { outcome: 'returned', payload: null };
    },
    close: async () => {},
  };
}
