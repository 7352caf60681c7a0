/**
 * Executors whose invocations can be killed one by one: each runs in an environment of its own, which ends with it. Used
 * where a fault asks for a kill.
 */
import type { Executor } from '../lambda/function.ts';

export interface KillableExecutors {
  /** Makes an executor of `create`, one for every invocation. */
  executor(create: () => Executor): Executor;
  /** Ends everything that runs this request, as Lambda would see it: the process is gone. */
  kill(awsRequestId: string): Promise<void>;
}

export function createKillableExecutors(): KillableExecutors {
  const running = new Map<Executor, string>();
  return {
    executor: (create) => ({
      invoke: async (event, context) => {
        const executor = create();
        running.set(executor, context.awsRequestId);
        try {
          return await executor.invoke(event, context);
        } finally {
          running.delete(executor);
          await executor.close();
        }
      },
      close: async () => {
        await Promise.all([...running.keys()].map((executor) => executor.close()));
      },
    }),
    async kill(awsRequestId) {
      const meant = [...running].filter(([, running]) => running === awsRequestId);
      await Promise.all(meant.map(([executor]) => executor.close()));
    },
  };
}
