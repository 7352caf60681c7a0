/** Whether a timeline can be written, asked before there is one. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../refusal.ts';

/** Throws a Refusal where `file` could not be written. */
export function checkTimelineFile(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Refusal(`The timeline cannot be written. ${error instanceof Error ? error.message : error}`, 2);
  }
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) throw new Refusal(`The timeline cannot be written: ${file} is a folder.`, 2);
}
