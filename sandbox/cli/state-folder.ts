/**
 * The state folder: what the sandbox saves between commands. It has one JSON file with every stack and every image, and
 * a log file for each function. Only one command at a time may change it.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { SandboxSnapshot } from '../sandbox.ts';
import { UsageError } from './errors.ts';

/** Used unless `--state` names another folder. */
export const defaultStateFolder = '.sandbox';

const format = 'sagemaker-image-version-sandbox-1';

/** What `folder` holds, without a lock. Throws a UsageError if this version of the sandbox cannot read it. */
export function readSnapshot(folder: string): SandboxSnapshot | undefined {
  const file = stateFile(folder);
  const text = readIfExists(file);
  if (text === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(text);
    if (isSnapshot(state)) return state;
  } catch {
    // The sandbox did not write this.
  }
  throw new UsageError(`This version of the sandbox cannot read ${file}. Delete it to start again.`, 1);
}

/** Trusts the format: only the sandbox writes it. */
function isSnapshot(value: unknown): value is SandboxSnapshot {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === format;
}

/** Makes the folder if it does not exist, and locks it until this process ends in any way. */
export function lockFolder(folder: string) {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  takeLock(folder);
  return {
    /** What was saved last; undefined in a new folder. */
    snapshot: readSnapshot(folder),
    /** Replaces what was saved, completely or not at all. */
    save: (snapshot: SandboxSnapshot) => {
      const unfinished = `${stateFile(folder)}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify({ format, ...snapshot }));
      renameSync(unfinished, stateFile(folder));
    },
    /** Adds one line to a function's log. */
    log: (functionId: string, line: string) => appendFileSync(join(logFolder, `${functionId}.log`), `${line}\n`),
    /** Relative to the working folder. */
    logFolder: relative('', logFolder),
  };
}

/** The id of the running process that has locked `folder`, if there is one. */
export function lockHolder(folder: string): number | undefined {
  const pid = Number(readIfExists(lockFile(folder)) ?? 0);
  return isRunning(pid) ? pid : undefined;
}

const stateFile = (folder: string) => join(folder, 'state.json');
const lockFile = (folder: string) => join(folder, 'lock');

function takeLock(folder: string): void {
  const lock = lockFile(folder);
  // A process that was killed leaves its lock. If the lock has our own id, that process has ended, too.
  const holder = lockHolder(folder);
  if (holder === undefined || holder === process.pid) rmSync(lock, { force: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!isErrorOf(error, 'EEXIST')) throw error;
    const problem = `Another sandbox command (process ${readIfExists(lock) ?? 'unknown'}) is working in ${folder}.`;
    throw new UsageError(`${problem} Wait until it has ended, or choose another folder with --state.`, 1);
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isErrorOf(error, 'EPERM');
  }
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isErrorOf(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
