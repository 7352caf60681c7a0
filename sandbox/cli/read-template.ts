/** Reads a template that the user has named. */
import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';

/** The text in `file`. Throws a Refusal if there is no such file. */
export function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`The template cannot be read. ${error instanceof Error ? error.message : error}`, 2);
  }
}
