/** Runs a stack operation and prints its events. */
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import type { Sandbox } from '../sandbox.ts';
import { elapsedColumn, printEvent } from './event-lines.ts';
import type { Terminal } from './terminal.ts';

export interface WatchDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

const patienceMs = 2000;

/**
 * Runs `act`, prints its stack events as they happen, and waits until Lambda has nothing left to do. Resolves with the
 * result of `act`, and with the number of the provider's calls of SageMaker, such as "7 (4 DescribeImageVersion, …)".
 */
export async function watch(
  act: () => Promise<OperationResult | undefined>,
  { cloudFormation, sageMaker, idle }: Pick<Sandbox, 'cloudFormation' | 'sageMaker' | 'idle'>,
  { terminal, clock }: WatchDependencies,
) {
  const begun = clock.now();
  const counts = new Map<string, number>();
  const stopCalls = sageMaker.intercept((operation, _input, next) => {
    // CloudFormation calls only the operations on images; the provider makes all other calls.
    if (/ImageVersions?$|^ListAliases$/.test(operation)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return next();
  });
  const stopEvents = cloudFormation.onEvent((event) => {
    printEvent(event, elapsedColumn(event.Timestamp - begun), terminal);
  });
  try {
    const result = await act();
    const idled = new AbortController();
    void clock.sleep(patienceMs, idled.signal).then(
      () => terminal.line('  Lambda is still working on a request of this operation. The sandbox waits for it.'),
      () => {},
    );
    await idle().finally(() => idled.abort());
    return { result, calls: inWords(counts) };
  } finally {
    stopEvents();
    stopCalls();
  }
}

/** The most frequent operation comes first. */
function inWords(counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'none';
  const parts = [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`);
  return `${total} (${parts.join(', ')})`;
}
