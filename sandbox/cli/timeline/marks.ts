/** Draws the invocations of the provider and the calls of SageMaker in a lane, and the legend. */
import { colours, escaped, inSeconds, letterWidth, rounded, type ToX } from './look.ts';
import type { CallKind, RecordedCall, RecordedInvocation } from './recording.ts';

export const invocationHeight = 9;
export const callHeight = 18;

/** Puts invocations that overlap, as in a duplicate delivery, into different rows. */
export function inRows(invocations: readonly RecordedInvocation[]): readonly (readonly RecordedInvocation[])[] {
  const rows: RecordedInvocation[][] = [];
  for (const invocation of invocations.toSorted((one, other) => one.beganAt - other.beganAt)) {
    const free = rows.find((row) => (row.at(-1)?.endedAt ?? Number.POSITIVE_INFINITY) <= invocation.beganAt);
    if (free === undefined) rows.push([invocation]);
    else free.push(invocation);
  }
  return rows;
}

/** A bar below `y`, with a cross at its end if the handler did not return. */
export function drawInvocation({ RequestType, beganAt, endedAt, outcome }: RecordedInvocation, toX: ToX, y: number) {
  const x = toX(beganAt);
  const end = Math.max(x + 2, toX(endedAt ?? beganAt));
  const tooltip = `invocation for ${RequestType}: ${outcome ?? 'not ended'}, ${inSeconds((endedAt ?? beganAt) - beganAt)}`;
  const cross = `<path d="M${rounded(end - 4)} ${y - 1}l8 8m0 -8l-8 8" stroke="${colours.failed}" stroke-width="2"/>`;
  return (
    `<g class="invocation"><title>${escaped(tooltip)}</title>` +
    `<rect x="${x}" y="${y}" width="${rounded(end - x)}" height="6" rx="2" fill="${colours.invocation}"/>` +
    `${outcome === 'returned' ? '' : cross}</g>`
  );
}

/** A tick above `y`, and a line for the duration of the call. */
export function drawCall({ operation, kind, beganAt, endedAt = beganAt, error }: RecordedCall, toX: ToX, y: number) {
  const x = toX(beganAt);
  const end = toX(endedAt);
  const tooltip = `${kind}: ${operation}, ${inSeconds(endedAt - beganAt)}${error === undefined ? '' : `, ${error}`}`;
  const line = end - x < 2 ? '' : `<path d="M${x} ${y}H${end}" stroke="${colourOf(kind, error !== undefined)}"/>`;
  return `<g class="${kind}"><title>${escaped(tooltip)}</title>${line}${tick(x, y, kind, error !== undefined)}</g>`;
}

/** The shape shows the kind as well as the colour: a poll is short, a call is long, a retry has a ring, an error is thick. */
function tick(x: number, y: number, kind: CallKind, isError: boolean): string {
  const colour = colourOf(kind, isError);
  const top = kind === 'poll' ? y - 6 : y - 12;
  const path = `<path d="M${x} ${top}V${y}" stroke="${colour}" stroke-width="${isError ? 3 : 1.5}"/>`;
  const ring = `<circle cx="${x}" cy="${top}" r="3" fill="#fff" stroke="${colour}" stroke-width="1.5"/>`;
  return kind === 'retry' ? `${path}${ring}` : path;
}

function colourOf(kind: CallKind, isError: boolean): string {
  return isError ? colours.failed : colours[kind];
}

/** Explains the colours and marks, from `left` on, at the height of `y`. */
export function drawLegend(left: number, y: number): string {
  const swatch = (colour: string) => (x: number) =>
    `<rect x="${x}" y="${y - 9}" width="16" height="10" rx="2" fill="${colour}"/>`;
  const call = (kind: CallKind, isError: boolean) => (x: number) => tick(x + 8, y + 2, kind, isError);
  const entries: readonly (readonly [(x: number) => string, string])[] = [
    [swatch(colours.complete), 'complete'],
    [swatch(colours.failed), 'failed'],
    [swatch(colours.rollback), 'rollback'],
    [swatch(colours.inProgress), 'in progress'],
    [(x) => `<rect x="${x}" y="${y - 7}" width="16" height="6" rx="2" fill="${colours.invocation}"/>`, 'invocation'],
    [call('call', false), 'call of SageMaker'],
    [call('poll', false), 'poll'],
    [call('retry', false), 'retry'],
    [call('call', true), 'error or no answer'],
  ];
  let x = left;
  const drawn = entries.map(([draw, text]) => {
    const entry = `${draw(x)}<text x="${x + 21}" y="${y}" fill="${colours.quiet}">${text}</text>`;
    x = rounded(x + 44 + text.length * letterWidth);
    return entry;
  });
  return `<g class="legend">${drawn.join('')}</g>`;
}
