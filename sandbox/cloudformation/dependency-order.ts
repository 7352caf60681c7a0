/** Runs the steps of a phase in parallel, except where one has to wait for another. */

/**
 * Calls `act` for every node as soon as all nodes that it waits for have answered true. A node that waits for one that
 * answered false is never called; nor is any once `signal` has aborted. Resolves when all that was called has settled.
 * `waitsFor` must not go round in circles.
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

/** A thing with a logical id, and the logical ids that must be there before it. */
interface Dependent {
  readonly LogicalResourceId: string;
  readonly dependencies: readonly string[];
}

/** For creation: each waits for what it depends on. */
export function dependenciesAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ dependencies }) => nodes.filter(({ LogicalResourceId }) => dependencies.includes(LogicalResourceId));
}

/** For deletion: each waits for what depends on it. */
export function dependentsAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ LogicalResourceId }) => nodes.filter(({ dependencies }) => dependencies.includes(LogicalResourceId));
}
