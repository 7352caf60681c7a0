/**
 * The state folder: what the sandbox saves between commands. It has one JSON file with every stack and every image, and
 * a log file for each function. Only one command at a time may change it.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { SandboxSnapshot } from '../sandbox.ts';
import { UsageError } from './usage-error.ts';

/** Used unless `--state` names another folder. */
export const defaultStateFolder = '.sandbox';

const format = 'sagemaker-image-version-sandbox-1';

/** A state folder that no other process changes until this one ends. */
export interface LockedFolder {
  /** What was saved last; undefined in a new folder. */
  readonly snapshot: SandboxSnapshot | undefined;
  /** Replaces what was saved, completely or not at all. */
  save(snapshot: SandboxSnapshot): void;
  /** Adds one line to a function's log. */
  log(functionId: string, line: string): void;
  /** The folder of the logs, relative to the working folder. */
  readonly logFolder: string;
}

/** What `folder` holds, without a lock. Throws a UsageError if this version of the sandbox cannot read it. */
export function readSnapshot(folder: string): SandboxSnapshot | undefined {
  const file = stateFile(folder);
  const text = readIfExists(file);
  if (text === undefined) return undefined;
  const state = parsed(text);
  if (isSnapshot(state)) return state;
  throw new UsageError(`This version of the sandbox cannot read ${file}. Delete it to start again.`, 1);
}

/** Makes the folder if it does not exist, and locks it until this process ends in any way. */
export function lockFolder(folder: string): LockedFolder {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  takeLock(lockFile(folder), folder);
  return {
    snapshot: readSnapshot(folder),
    save: (snapshot) => {
      const unfinished = `${stateFile(folder)}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify({ format, ...snapshot }));
      renameSync(unfinished, stateFile(folder));
    },
    log: (functionId, line) => appendFileSync(join(logFolder, `${functionId}.log`), `${line}\n`),
    logFolder: relative('', logFolder),
  };
}

/** The id of the running process that has locked `folder`, if there is one. */
export function lockHolder(folder: string): number | undefined {
  const pid = pidIn(lockFile(folder));
  return isRunning(pid) ? pid : undefined;
}

function stateFile(folder: string): string {
  return join(folder, 'state.json');
}

function lockFile(folder: string): string {
  return join(folder, 'lock');
}

function takeLock(lock: string, folder: string): void {
  const pid = pidIn(lock);
  // A process that was killed leaves its lock. If the lock has our own id, that process has ended, too.
  if (pid === process.pid || !isRunning(pid)) rmSync(lock, { force: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!isErrorOf(error, 'EEXIST')) throw error;
    const holder = `process ${readIfExists(lock) ?? 'unknown'}`;
    const problem = `Another sandbox command (${holder}) is working in ${folder}.`;
    throw new UsageError(`${problem} Wait until it has ended, or choose another folder with --state.`, 1);
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}

/** 0 if there is no lock. */
function pidIn(lock: string): number {
  return Number(readIfExists(lock) ?? 0);
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

function readIfExists(file: string): string | undefined {
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
    // The sandbox did not write this: `isSnapshot` rejects it.
    return undefined;
  }
}

/** Trusts the format: only the sandbox writes it. */
function isSnapshot(value: unknown): value is SandboxSnapshot {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === format;
}

function isErrorOf(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
