/** The colours of the timeline, and the format of texts and numbers in the SVG. */

export const colours = {
  complete: '#2e9e5b',
  failed: '#c8322b',
  inProgress: '#8a93a0',
  rollback: '#c77700',
  invocation: '#4a78c4',
  call: '#1b1f24',
  poll: '#8a93a0',
  retry: '#c77700',
  text: '#1b1f24',
  quiet: '#5c6570',
  grid: '#e3e6ea',
};

/** The approximate width of a letter of 11 px. */
export const letterWidth = 6.3;

/** The position of an instant, in pixels from the left. */
export type ToX = (instant: number) => number;

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

export function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

/** To a tenth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Escapes text and attributes, and removes characters that XML does not allow. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
