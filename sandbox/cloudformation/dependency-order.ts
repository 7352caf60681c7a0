/** Runs the steps of a phase in parallel, in the order of the dependencies. */

/**
 * Calls `act` for a node once it has resolved with true for every node that this one waits for. It is not called after
 * `signal` has aborted, nor for a node that waits for one with the result false. Resolves when every call has settled.
 * `waitsFor` must not contain a cycle.
 */
export async function inOrder<Node>(
  nodes: readonly Node[],
  waitsFor: (node: Node) => readonly Node[],
  act: (node: Node) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const started = new Map<Node, Promise<boolean>>();
  const start = (node: Node): Promise<boolean> => {
    const running = started.get(node) ?? actInTurn(node);
    started.set(node, running);
    return running;
  };
  const actInTurn = async (node: Node): Promise<boolean> => {
    const ready = await Promise.all(waitsFor(node).map(start));
    return ready.every(Boolean) && !signal?.aborted && act(node);
  };
  await Promise.all(nodes.map(start));
}

/** A resource and the logical ids of the resources that it depends on. */
interface Dependent {
  readonly LogicalResourceId: string;
  readonly dependencies: readonly string[];
}

/** The order of creation: each node waits for what it depends on. */
export function dependenciesAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ dependencies }) => nodes.filter(({ LogicalResourceId }) => dependencies.includes(LogicalResourceId));
}

/** The order of deletion: each node waits for what depends on it. */
export function dependentsAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ LogicalResourceId }) => nodes.filter(({ dependencies }) => dependencies.includes(LogicalResourceId));
}
