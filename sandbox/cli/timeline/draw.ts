/**
 * Draws a stack operation as an SVG: the statuses of the stack at the top, then a lane for each resource. A lane has a bar
 * for each operation on the resource, thin bars for invocations of the provider, and a tick for each call of SageMaker.
 * A tooltip explains each of them.
 */
import { colours, cut, escaped, inSeconds, letterWidth, rounded, type ToX } from './look.ts';
import { callHeight, drawCall, drawInvocation, drawLegend, inRows, invocationHeight } from './marks.ts';
import type { Recording } from './recording.ts';
import { beginningOf, endOf, type Lane, lanesOf, type Span, stackSpans } from './spans.ts';

const width = 1200;
const margin = { left: 190, right: 40, top: 84, bottom: 34 };
const plotWidth = width - margin.left - margin.right;
const stackHeight = 26;
const barHeight = 20;
const gap = 7;

/** Draws `recording`, an operation on the stack `StackName` that ended as `StackStatus`. */
export function drawTimeline(StackName: string, StackStatus: string, recording: Recording): string {
  const from = beginningOf(recording);
  const durationMs = Math.max(1, endOf(recording) - from);
  const toX: ToX = (instant) => rounded(margin.left + ((instant - from) / durationMs) * plotWidth);
  let bottom = margin.top + stackHeight + 2 * gap;
  const lanes = lanesOf(recording).map((lane) => {
    const top = bottom;
    bottom += laneHeight(lane);
    return drawLane(lane, toX, top);
  });
  const height = bottom + margin.bottom;
  const statuses = stackSpans(recording);
  const tookMs = (statuses.at(-1)?.endedAt ?? from) - from;
  const title = `${StackName}: ${StackStatus} after ${(tookMs / 1000).toFixed(1)} s`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="${colours.text}">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    drawLegend(16, 49),
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

function laneHeight({ invocations }: Lane): number {
  return barHeight + Math.max(1, inRows(invocations).length) * invocationHeight + callHeight + 2 * gap;
}

function drawLane(lane: Lane, toX: ToX, top: number): string {
  const { LogicalResourceId, ResourceType, spans, invocations, calls } = lane;
  const invocationsTop = top + barHeight + gap;
  const floor = top + laneHeight(lane) - gap - 2;
  return [
    `<g class="resource" id="${escaped(LogicalResourceId)}">`,
    `<path d="M16 ${top - gap + 1}H${width - margin.right}" stroke="${colours.grid}"/>`,
    drawLabel(LogicalResourceId, ResourceType, top),
    ...spans.map((span) => drawBar(span, toX, top, barHeight)),
    ...inRows(invocations).flatMap((row, index) =>
      row.map((invocation) => drawInvocation(invocation, toX, invocationsTop + index * invocationHeight)),
    ),
    ...calls.map((call) => drawCall(call, toX, floor)),
    '</g>',
  ].join('\n');
}

function drawLabel(name: string, below: string, top: number): string {
  return (
    `<text x="16" y="${top + 12}" font-weight="bold">${escaped(cut(name, 24))}</text>` +
    `<text x="16" y="${top + 25}" font-size="9.5" fill="${colours.quiet}">${escaped(cut(below, 30))}</text>`
  );
}

function drawBar({ beganAt, endedAt, status, reason = '' }: Span, toX: ToX, top: number, height: number): string {
  const x = toX(beganAt);
  const barWidth = rounded(Math.max(3, toX(endedAt) - x));
  const tooltip = `${status}, ${inSeconds(endedAt - beganAt)}${reason === '' ? '' : `: ${reason}`}`;
  const short = status.includes('ROLLBACK') ? 'ROLLBACK' : status.replace(/_.*/, '');
  const fitting = [status, short].find((text) => text.length * letterWidth + 10 < barWidth);
  const text = `<text x="${rounded(x + 6)}" y="${top + height / 2 + 4}" fill="#fff" font-size="10">${fitting}</text>`;
  return (
    `<g class="bar"><title>${escaped(tooltip)}</title>` +
    `<rect x="${x}" y="${top}" width="${barWidth}" height="${height}" rx="3" fill="${colourOf(status)}"/>` +
    `${fitting === undefined ? '' : text}</g>`
  );
}

function colourOf(status: string): string {
  if (status.endsWith('_FAILED')) return colours.failed;
  if (status.includes('ROLLBACK')) return colours.rollback;
  return status.endsWith('_IN_PROGRESS') ? colours.inProgress : colours.complete;
}

export interface AxisTick {
  readonly atMs: number;
  readonly text: string;
}

const mostTicks = 12;
const second = 1000;
const minute = 60 * second;
const tickSteps = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30, 60].map((minutes) => minutes * minute),
];

/** Ticks from 0 to at most `durationMs` at round distances, with labels such as "1.5 s" or, from two minutes, "2:30". */
export function axisTicks(durationMs: number): readonly AxisTick[] {
  const step = tickSteps.find((each) => durationMs / each < mostTicks) ?? Math.ceil(durationMs / mostTicks);
  const count = Math.floor(durationMs / step) + 1;
  return Array.from({ length: count }, (_, index) => ({ atMs: index * step, text: textOf(index * step, durationMs) }));
}

function textOf(atMs: number, durationMs: number): string {
  if (durationMs < 2 * minute) return `${atMs / second} s`;
  const seconds = String(Math.floor((atMs % minute) / second)).padStart(2, '0');
  return `${Math.floor(atMs / minute)}:${seconds}`;
}
