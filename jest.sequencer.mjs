import Sequencer from '@jest/test-sequencer';

/** The folders whose tests take longest, in the order in which they start: first those that mostly wait. */
const longest = ['bundle/exchanges', 'cli', 'fidelity', 'laws', 'lifecycle', 'sandbox/check', 'bundle', 'corpus'];

/**
 * Starts the longest tests first, so that no long test runs alone at the end. jest orders the tests by what they took the
 * last time, and by the sizes of their files on a machine where they have not run yet.
 */
export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {Parameters<Sequencer['sort']>[0]} tests
   */
  async sort(tests) {
    const rank = (/** @type {string} */ path) => {
      const found = longest.findIndex((folder) => path.includes(`/test/${folder}/`));
      return found < 0 ? longest.length : found;
    };
    return [...(await super.sort(tests))].sort((a, b) => rank(a.path) - rank(b.path));
  }
}
