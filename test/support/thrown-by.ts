/** What a function throws, to be compared as a whole: `toThrow` compares messages. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('Nothing was thrown.');
}
