/** How the timeline looks: its colours, and how text and numbers stand in the SVG. */

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

/** About how wide a letter of 11 px is. */
export const letterWidth = 6.3;

/** Where an instant is, in pixels from the left. */
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

/** For text and for attributes. What XML cannot hold at all is left out. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
