/**
 * Draws a stack operation as an SVG: the statuses of the stack at the top, then a lane for each resource. A lane has a bar
 * for each operation on the resource, thin bars for invocations of the provider, and a tick for each call of SageMaker.
 * A tooltip explains each of them.
 */
import {
  endOf,
  type Lane,
  lanesOf,
  type RecordedCall,
  type RecordedInvocation,
  type Recording,
  type Span,
  stackSpans,
} from './recording.ts';

const colours = {
  complete: '#2e9e5b',
  failed: '#c8322b',
  inProgress: '#8a93a0',
  rollback: '#c77700',
  invocation: '#4a78c4',
  call: '#1b1f24',
  poll: '#8a93a0',
  retry: '#c77700',
  nothing: '#8a93a0',
  text: '#1b1f24',
  quiet: '#5c6570',
  grid: '#e3e6ea',
};

/** The approximate width of a letter of 11 px. */
const letterWidth = 6.3;

/** The position of an instant, in pixels from the left. */
type ToX = (instant: number) => number;

const width = 1200;
const margin = { left: 190, right: 40, top: 100, bottom: 34 };
const plotWidth = width - margin.left - margin.right;
const stackHeight = 26;
const barHeight = 20;
const invocationHeight = 9;
const callHeight = 18;
const gap = 7;
const legend = { left: 16, top: 49, rowHeight: 18 };

export function drawTimeline(StackName: string, StackStatus: string, recording: Recording): string {
  const from = recording.events[0]?.Timestamp ?? 0;
  const durationMs = Math.max(1, endOf(recording) - from);
  const toX: ToX = (instant) => rounded(margin.left + ((instant - from) / durationMs) * plotWidth);
  let bottom = margin.top + stackHeight + 2 * gap;
  const lanes = lanesOf(recording).map((lane) => {
    const { drawn, end } = drawLane(lane, toX, bottom);
    bottom = end;
    return drawn;
  });
  const height = bottom + margin.bottom;
  const statuses = stackSpans(recording);
  const tookMs = (statuses.at(-1)?.endedAt ?? from) - from;
  const title = `${StackName}: ${StackStatus} after ${(tookMs / 1000).toFixed(1)} s`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="${colours.text}">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    drawLegend(),
    ...drawAxis(durationMs, from, toX, bottom),
    '<g class="stack">',
    drawLabel(StackName, 'the stack', margin.top),
    ...statuses.map((span) => drawBar(span, toX, margin.top, stackHeight)),
    '</g>',
    ...lanes,
    '</svg>\n',
  ].join('\n');
}

function drawAxis(durationMs: number, from: number, toX: ToX, bottom: number): readonly string[] {
  return axisTicks(durationMs).map(({ atMs, text }) => {
    const x = toX(from + atMs);
    const line = `<path d="M${x} ${margin.top - 6}V${bottom + 4}" stroke="${colours.grid}"/>`;
    return `<g class="axis">${line}<text x="${x}" y="${bottom + 20}" text-anchor="middle" fill="${colours.quiet}">${text}</text></g>`;
  });
}

/** Returns also where the lane ends, which begins at `top`. */
function drawLane({ LogicalResourceId, ResourceType, spans, invocations, calls }: Lane, toX: ToX, top: number) {
  const rows = inRows(invocations);
  const invocationsTop = top + barHeight + gap;
  const end = invocationsTop + Math.max(1, rows.length) * invocationHeight + callHeight + gap;
  const drawn = [
    `<g class="resource" id="${escaped(LogicalResourceId)}">`,
    `<path d="M16 ${top - gap + 1}H${width - margin.right}" stroke="${colours.grid}"/>`,
    drawLabel(LogicalResourceId, ResourceType, top),
    ...spans.map((span) => drawBar(span, toX, top, barHeight)),
    ...rows.flatMap((row, index) =>
      row.map((invocation) => drawInvocation(invocation, toX, invocationsTop + index * invocationHeight)),
    ),
    ...calls.map((call) => drawCall(call, toX, end - gap - 2)),
    '</g>',
  ];
  return { drawn: drawn.join('\n'), end };
}

function drawLabel(name: string, below: string, top: number): string {
  const first = `<text x="16" y="${top + 12}" font-weight="bold">${escaped(cut(name, 24))}</text>`;
  const second = `<text x="16" y="${top + 25}" font-size="9.5" fill="${colours.quiet}">${escaped(cut(below, 30))}</text>`;
  return titled('label', `${name}: ${below}`, `${first}${second}`);
}

function drawBar({ beganAt, endedAt, status, reason = '' }: Span, toX: ToX, top: number, height: number): string {
  const x = toX(beganAt);
  const barWidth = rounded(Math.max(3, toX(endedAt) - x));
  const tooltip = `${status}, ${inSeconds(endedAt - beganAt)}${reason === '' ? '' : `: ${reason}`}`;
  const short = status.includes('ROLLBACK') ? 'ROLLBACK' : status.replace(/_.*/, '');
  const fitting = [status, short].find((text) => text.length * letterWidth + 10 < barWidth);
  const text = `<text x="${rounded(x + 6)}" y="${top + height / 2 + 4}" fill="#fff" font-size="10">${fitting}</text>`;
  const bar = `<rect x="${x}" y="${top}" width="${barWidth}" height="${height}" rx="3" fill="${statusColour(status)}"/>`;
  return titled('bar', tooltip, `${bar}${fitting === undefined ? '' : text}`);
}

function statusColour(status: string): string {
  if (status.endsWith('_FAILED')) return colours.failed;
  if (status.includes('ROLLBACK')) return colours.rollback;
  return status.endsWith('_IN_PROGRESS') ? colours.inProgress : colours.complete;
}

/** Puts invocations that overlap, as in a duplicate delivery, into different rows. */
function inRows(invocations: readonly RecordedInvocation[]): readonly (readonly RecordedInvocation[])[] {
  const rows: RecordedInvocation[][] = [];
  for (const invocation of invocations.toSorted((one, other) => one.beganAt - other.beganAt)) {
    const free = rows.find((row) => (row.at(-1)?.endedAt ?? Number.POSITIVE_INFINITY) <= invocation.beganAt);
    if (free === undefined) rows.push([invocation]);
    else free.push(invocation);
  }
  return rows;
}

function drawInvocation({ RequestType, beganAt, endedAt = beganAt, outcome }: RecordedInvocation, toX: ToX, y: number) {
  const x = toX(beganAt);
  const tooltip = `invocation for ${RequestType}: ${outcome ?? 'not ended'}, ${inSeconds(endedAt - beganAt)}`;
  return titled('invocation', tooltip, invocationBar(x, Math.max(x + 2, toX(endedAt)), y, outcome === 'returned'));
}

/** A bar below `y`, with a cross at its end if the handler did not return. */
function invocationBar(x: number, end: number, y: number, hasReturned: boolean): string {
  const bar = `<rect x="${x}" y="${y}" width="${rounded(end - x)}" height="6" rx="2" fill="${colours.invocation}"/>`;
  const cross = `<path d="M${rounded(end - 4)} ${y - 1}l8 8m0 -8l-8 8" stroke="${colours.failed}" stroke-width="2"/>`;
  return hasReturned ? bar : `${bar}${cross}`;
}

/** A tick above `y`, and a line for the duration of the call. */
function drawCall(call: RecordedCall, toX: ToX, y: number) {
  const { operation, kind, beganAt, endedAt = beganAt, error, foundNothing } = call;
  const x = toX(beganAt);
  const code = foundNothing === undefined ? error : `found nothing (${foundNothing})`;
  const tooltip = [`${kind}: ${operation}`, inSeconds(endedAt - beganAt), ...(code === undefined ? [] : [code])];
  return titled(kind, tooltip.join(', '), callMark(x, toX(endedAt), y, call));
}

type CallMark = Pick<RecordedCall, 'kind' | 'error' | 'foundNothing'>;

/**
 * The shape of the tick shows the kind as well as the colour: a poll is short, a call is long, a retry has a ring, an error
 * is thick, and a call that has found nothing has a bar on top. The line goes to `end`, if it is long enough to see.
 */
function callMark(x: number, end: number, y: number, mark: CallMark): string {
  const ofAnswer = mark.error === undefined ? colours[mark.kind] : colours.failed;
  const colour = mark.foundNothing === undefined ? ofAnswer : colours.nothing;
  const line = end - x < 2 ? '' : `<path d="M${x} ${y}H${end}" stroke="${colour}"/>`;
  const top = mark.kind === 'poll' ? y - 6 : y - 12;
  const path = `<path d="M${x} ${top}V${y}" stroke="${colour}" stroke-width="${mark.error === undefined ? 1.5 : 3}"/>`;
  const ring = `<circle cx="${x}" cy="${top}" r="3" fill="#fff" stroke="${colour}" stroke-width="1.5"/>`;
  const bar = `<path d="M${rounded(x - 3)} ${top}h6" stroke="${colour}" stroke-width="1.5"/>`;
  return `${line}${path}${mark.kind === 'retry' ? ring : ''}${mark.foundNothing === undefined ? '' : bar}`;
}

/** Explains every colour and mark, in two rows. */
function drawLegend(): string {
  const swatch = (colour: string) => `<rect y="-9" width="16" height="10" rx="2" fill="${colour}"/>`;
  const call = (mark: CallMark) => callMark(8, 8, 2, mark);
  const rows: readonly (readonly (readonly [text: string, drawn: string])[])[] = [
    [
      ['complete', swatch(colours.complete)],
      ['failed', swatch(colours.failed)],
      ['rollback', swatch(colours.rollback)],
      ['in progress', swatch(colours.inProgress)],
      ['invocation', invocationBar(0, 16, -7, true)],
      ['invocation that did not return', invocationBar(0, 16, -7, false)],
    ],
    [
      ['call of SageMaker', call({ kind: 'call' })],
      ['its duration', callMark(0, 16, 2, { kind: 'call' })],
      ['poll', call({ kind: 'poll' })],
      ['retry', call({ kind: 'retry' })],
      ['has found nothing', call({ kind: 'call', foundNothing: 'ResourceNotFound' })],
      ['error or no answer', call({ kind: 'call', error: 'no answer' })],
    ],
  ];
  const entries = rows.flatMap((row, index) => {
    let x = legend.left;
    return row.map(([text, drawn]) => {
      const at = `${x} ${legend.top + index * legend.rowHeight}`;
      x = rounded(x + 44 + text.length * letterWidth);
      return `<g transform="translate(${at})">${drawn}<text x="21" fill="${colours.quiet}">${text}</text></g>`;
    });
  });
  return `<g class="legend">${entries.join('')}</g>`;
}

const mostTicks = 12;
const second = 1000;
const minute = 60 * second;
const tickSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((each) => each * second);

/** Ticks from 0 to at most `durationMs` at round distances, with labels such as "1.5 s" or, from two minutes, "2:30". */
export function axisTicks(durationMs: number): readonly { readonly atMs: number; readonly text: string }[] {
  const step = tickSteps.find((each) => durationMs / each < mostTicks) ?? Math.ceil(durationMs / mostTicks);
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => {
    const atMs = index * step;
    const seconds = String(Math.floor((atMs % minute) / second)).padStart(2, '0');
    const isLong = durationMs >= 2 * minute;
    return { atMs, text: isLong ? `${Math.floor(atMs / minute)}:${seconds}` : `${atMs / second} s` };
  });
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

function titled(kind: string, tooltip: string, content: string): string {
  return `<g class="${kind}"><title>${escaped(tooltip)}</title>${content}</g>`;
}

/** To a tenth of a pixel. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Escapes text and attributes, and removes characters that XML does not allow. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
