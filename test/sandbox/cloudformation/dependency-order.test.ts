import { inOrder } from '../../../sandbox/cloudformation/run.ts';

/** "b" waits for "a", "c" for both. */
const waitsFor = (node: string) => ({ b: ['a'], c: ['a', 'b'] })[node] ?? [];

describe('running in order', () => {
  it('calls each node once, after those it waits for', async () => {
    const called: string[] = [];

    await inOrder(['c', 'b', 'a'], waitsFor, async (node) => {
      called.push(node);
      return true;
    });

    expect(called).toEqual(['a', 'b', 'c']);
  });

  it('does not call what waits for one that failed', async () => {
    const called: string[] = [];

    await inOrder(['a', 'b', 'c', 'd'], waitsFor, async (node) => {
      called.push(node);
      return node !== 'b';
    });

    expect(called).toEqual(['a', 'd', 'b']);
  });

  it('calls nothing more once it is aborted', async () => {
    const called: string[] = [];
    const cancellation = new AbortController();

    await inOrder(
      ['a', 'b'],
      waitsFor,
      async (node) => {
        called.push(node);
        cancellation.abort();
        return true;
      },
      cancellation.signal,
    );

    expect(called).toEqual(['a']);
  });
});
