/** Reads a life that was written down as JSON, as `npm run lives` prints the smallest one that breaks a law. */
import { isOf } from './form.ts';
import { formOfLife } from './forms-of-life.ts';
import type { Life } from './life.ts';

/** @throws Error if the text is no life, as far as can be seen before it is lived; it tells everything that is wrong */
export function readLife(text: string): Life {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('This is not JSON.');
  }
  if (isOf(formOfLife, parsed)) return parsed;
  throw new Error(['This is no life:', ...formOfLife.problems(parsed, 'life')].join('\n  '));
}
