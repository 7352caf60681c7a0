/**
 * Looking into values of unknown shape: what the SDK throws, what Lambda sends.
 */

/** The member of that name; undefined where the value is no object or has none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
