/**
 * What the sandbox keeps between calls: one JSON file with every stack and every image, and a log file for each
 * function. One command at a time may change it.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SandboxSnapshot } from '../sandbox.ts';
import { Refusal } from './refusal.ts';

/** Where stacks are kept unless the user says otherwise. */
export const usualStateFolder = '.sandbox';

const format = 'sagemaker-image-version-sandbox-1';

/** A folder that nobody else changes until this process ends. */
export interface LockedFolder {
  /** What was kept last; undefined in the beginning. */
  readonly kept: SandboxSnapshot | undefined;
  /** Takes the place of what was kept, at once or not at all. */
  keep(snapshot: SandboxSnapshot): void;
  /** Adds one line to a function's log. */
  log(functionId: string, line: string): void;
  /** Where the logs are, as seen from the working folder. */
  readonly logFolder: string;
}

/** What is kept in `folder`, to be looked at only. Throws a Refusal if it cannot be read. */
export function readKept(folder: string): SandboxSnapshot | undefined {
  const file = stateFile(folder);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const state = parsed(text);
  if (isKept(state)) return state;
  throw new Refusal(`${file} is not what this version of the sandbox keeps: delete it to begin anew.`, 1);
}

/** Makes the folder where there is none, and locks it until the process ends, however it ends. */
export function lockFolder(folder: string): LockedFolder {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  takeLock(lockFile(folder), folder);
  return {
    kept: readKept(folder),
    keep: (snapshot) => {
      const unfinished = `${stateFile(folder)}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify({ format, ...snapshot }));
      renameSync(unfinished, stateFile(folder));
    },
    log: (functionId, line) => appendFileSync(join(logFolder, `${functionId}.log`), `${line}\n`),
    logFolder: relative('', logFolder),
  };
}

/** The id of the process that has locked `folder` and still runs, if there is one. */
export function workerIn(folder: string): number | undefined {
  const holder = holderOf(lockFile(folder));
  return isRunning(holder) ? holder : undefined;
}

function stateFile(folder: string): string {
  return join(folder, 'state.json');
}

function lockFile(folder: string): string {
  return join(folder, 'lock');
}

function takeLock(lock: string, folder: string): void {
  const holder = holderOf(lock);
  // Who was killed has left its lock; whoever bears our own number must be gone.
  if (holder !== process.pid && !isRunning(holder)) rmSync(lock, { force: true });
  if (holder === process.pid) rmSync(lock);
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!isErrorOf(error, 'EEXIST')) throw error;
    const who = `process ${readIfThere(lock) ?? 'unknown'}`;
    const what = `Another sandbox command (${who}) is working in ${folder}.`;
    throw new Refusal(`${what} Wait until it has ended, or choose another folder with --state.`, 1);
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}

/** 0 where there is none. */
function holderOf(lock: string): number {
  return Number(readIfThere(lock) ?? 0);
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrorOf(error, 'EPERM');
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then it is nothing that the sandbox has written.
    return undefined;
  }
}

/** The mark is trusted: nobody else writes it. */
function isKept(value: unknown): value is SandboxSnapshot {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === format;
}

function isErrorOf(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
