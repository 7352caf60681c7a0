/** Reads the values of options, and the files that they name. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';
import { InvalidArgumentError } from 'commander';
import { isMap, type Json, type JsonMap } from '../json.ts';
import { UsageError } from './usage-error.ts';

// The functions down to `numberBetween` are commander's parsers: they throw InvalidArgumentError for a wrong value.

export function several(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

export function parameter(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It has the form NAME=VALUE.');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Any other name could be that of a file which must not be overwritten. */
export function svgFile(text: string): string {
  if (text.endsWith('.svg')) return text;
  throw new InvalidArgumentError('It is an SVG: its name ends in .svg.');
}

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

/** A parser for whole numbers from `least` to `most`. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** The text of a template. Throws a UsageError if `file` cannot be read. */
export function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The template cannot be read. ${messageOf(error)}`, 2);
  }
}

/** Checks before an operation starts that its timeline can be written. Throws a UsageError if not. */
export function checkTimelineFile(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`The timeline cannot be written. ${messageOf(error)}`, 2);
  }
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) throw new UsageError(`The timeline cannot be written: ${file} is a folder.`, 2);
}

/** ResourceProperties for `check`. Throws a UsageError if `file` does not contain a JSON object. */
export function readPropertiesFile(file: string): JsonMap {
  let properties: Json;
  try {
    properties = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read. ${messageOf(error)}`, 2);
  }
  if (isMap(properties)) return properties;
  throw new UsageError(`${file} must contain a JSON object: ResourceProperties without ServiceToken.`, 2);
}

function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
