/** Reads a life that was written down as JSON, as `npm run lives` prints the smallest one that breaks a law. */
import type { Life } from './life.ts';

/** @throws Error if the text is no life, as far as can be seen before it is lived */
export function readLife(text: string): Life {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('This is not JSON.');
  }
  if (isLife(parsed)) return parsed;
  throw new Error(`This is no life: one has ${members.join(', ')}, and a template with versions in each operation.`);
}

const members = [
  'seed',
  'switches',
  'cloudFormation',
  'versionCreation',
  'largestPageSize',
  'foreign',
  'operations',
] as const satisfies readonly (keyof Life)[];

function isLife(value: unknown): value is Life {
  if (!isObject(value) || !members.every((name) => Object.hasOwn(value, name))) return false;
  const { operations } = value;
  return Array.isArray(operations) && operations.every(isOperation);
}

function isOperation(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['faults'])) return false;
  const { template } = value;
  return isObject(template) && ['images', 'versions', 'siblings'].every((name) => Array.isArray(template[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
