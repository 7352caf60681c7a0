/** Runs a stack operation and prints its events. */
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import type { Sandbox } from '../sandbox.ts';
import { elapsedColumn, printEvent } from './event-lines.ts';
import { countProviderCalls } from './provider-calls.ts';
import type { Terminal } from './terminal.ts';

export interface WatchDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

export interface Watched {
  /** Undefined if there was no stack to delete. */
  readonly result: OperationResult | undefined;
  /** The number of the provider's calls of SageMaker, as text. */
  readonly calls: string;
}

const patienceMs = 2000;

/** Runs `act`, prints its stack events as they happen, and waits until Lambda has nothing left to do. */
export async function watch(
  act: () => Promise<OperationResult | undefined>,
  { cloudFormation, sageMaker, idle }: Pick<Sandbox, 'cloudFormation' | 'sageMaker' | 'idle'>,
  { terminal, clock }: WatchDependencies,
): Promise<Watched> {
  const begun = clock.now();
  const calls = countProviderCalls(sageMaker);
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
    return { result, calls: calls.summary() };
  } finally {
    stopEvents();
    calls.stop();
  }
}
