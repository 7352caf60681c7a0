/** How the values of options are read. Each throws commander's error where a value cannot be meant. */
import { InvalidArgumentError } from 'commander';

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

/** Another name may be that of a file which nobody wants to lose. */
export function svgFile(text: string): string {
  if (text.endsWith('.svg')) return text;
  throw new InvalidArgumentError('It is an SVG: its name ends in .svg.');
}

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

/** Reads a whole number that is neither below `least` nor above `most`. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
