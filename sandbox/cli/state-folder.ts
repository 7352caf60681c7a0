/**
 * The state folder: what the sandbox saves between commands. It has one JSON file with every stack and every image, and
 * a log file for each function. Only one process at a time may change it. While a command runs an operation, a second
 * file has what it has done so far, for those who watch it.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import { endInterrupted } from '../cloudformation/interruption.ts';
import type { Stack } from '../cloudformation/stack.ts';
import type { SandboxSnapshot } from '../sandbox.ts';
import { UsageError } from './errors.ts';

export const defaultStateFolder = '.sandbox';

const format = 'cloudformation-sandbox-1';

/** What `folder` holds, and what a running operation has done so far. Throws a UsageError if it cannot be read. */
export function readSnapshot(folder: string): SandboxSnapshot | undefined {
  const holder = lockHolder(folder);
  // `serve` saves every change. Other commands save only what has ended.
  if (holder?.url !== undefined) return readFile(stateFile(folder));
  return (holder && readFile(progressFile(folder))) ?? readSaved(folder);
}

/** A process that was killed has left its operations in the middle. */
function readSaved(folder: string): SandboxSnapshot | undefined {
  const saved = readFile(stateFile(folder));
  return saved && { ...saved, cloudFormation: endInterrupted(saved.cloudFormation) };
}

function readFile(file: string): SandboxSnapshot | undefined {
  const text = readIfExists(file);
  if (text === undefined) return undefined;
  try {
    // Trusts the format: only the sandbox writes it.
    const state: (SandboxSnapshot & { readonly format?: unknown }) | null = JSON.parse(text);
    if (state?.format === format) return state;
  } catch {
    // The sandbox did not write this.
  }
  throw new UsageError(`This version of the sandbox cannot read ${file}. Delete it to start again.`, 1);
}

export function readStacks(folder: string): readonly Stack[] {
  return readSnapshot(folder)?.cloudFormation.stacks ?? [];
}

/** Makes the folder if it does not exist, and locks it until this process ends in any way. */
export function lockFolder(folder: string) {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  takeLock(folder);
  const write = (file: string, snapshot: SandboxSnapshot) => {
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify({ format, ...snapshot }));
    renameSync(unfinished, file);
  };
  return {
    /** What was saved last, with every operation ended; undefined in a new folder. */
    snapshot: readSaved(folder),
    /** Replaces what was saved, completely or not at all. */
    save: (snapshot: SandboxSnapshot) => write(stateFile(folder), snapshot),
    /** Shows a snapshot to other processes, until this one ends. */
    showProgress: (snapshot: SandboxSnapshot) => write(progressFile(folder), snapshot),
    /** Names the endpoint of CloudFormation to commands that want to change the folder, too. */
    announce: (url: string) => writeFileSync(lockFile(folder), `${process.pid} ${url}`),
    /** Adds one line to a function's log. */
    log: (functionId: string, line: string) => appendFileSync(join(logFolder, `${functionId}.log`), `${line}\n`),
    /** Relative to the working folder. */
    logFolder: relative('', logFolder),
  };
}

/** As `lockFolder`, while another process has the lock and saves the changes. */
export function watchFolder(folder: string): Omit<ReturnType<typeof lockFolder>, 'announce'> {
  const ignore = () => {};
  const logFolder = relative('', join(folder, 'logs'));
  return { snapshot: readSnapshot(folder), save: ignore, showProgress: ignore, log: ignore, logFolder };
}

/** Calls `act` once after several calls of the result: resources are many, and often change together. */
export function onceInATick(act: () => unknown): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      act();
    });
  };
}

/** The running process that has locked `folder`, if there is one, and the endpoint of CloudFormation if it is `serve`. */
export function lockHolder(folder: string): { readonly pid: number; readonly url: string | undefined } | undefined {
  const [id, url] = (readIfExists(lockFile(folder)) ?? '').split(' ');
  const pid = Number(id);
  return isRunning(pid) ? { pid, url } : undefined;
}

const progressFile = (folder: string) => join(folder, 'progress.json');
const stateFile = (folder: string) => join(folder, 'state.json');
const lockFile = (folder: string) => join(folder, 'lock');

function takeLock(folder: string): void {
  const lock = lockFile(folder);
  // A process that was killed leaves its lock. If the lock has our own id, that process has ended, too.
  const holder = lockHolder(folder);
  if (holder === undefined || holder.pid === process.pid) free(folder);
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!isErrorOf(error, 'EEXIST')) throw error;
    const problem = `Another sandbox command (process ${holder?.pid ?? 'unknown'}) is working in ${folder}.`;
    throw new UsageError(`${problem} Wait until it has ended, or choose another folder with --state.`, 1);
  }
  process.once('exit', () => free(folder));
}

function free(folder: string): void {
  for (const file of [lockFile(folder), progressFile(folder)]) rmSync(file, { force: true });
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
    if (isErrorOf(error, 'ENOENT') || isErrorOf(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function isErrorOf(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
