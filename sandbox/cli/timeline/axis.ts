/** Where a time axis has its ticks, so that a person reads them easily. */

export interface AxisTick {
  readonly atMs: number;
  readonly text: string;
}

const most = 12;
const second = 1000;
const minute = 60 * second;
const steps = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30, 60].map((minutes) => minutes * minute),
];

/** Ticks from 0 to at most `durationMs`, at a round distance: "1.5 s", or "2:30" from two minutes on. */
export function axisTicks(durationMs: number): readonly AxisTick[] {
  const step = steps.find((each) => durationMs / each < most) ?? Math.ceil(durationMs / most);
  const count = Math.floor(durationMs / step) + 1;
  return Array.from({ length: count }, (_, index) => ({ atMs: index * step, text: textOf(index * step, durationMs) }));
}

function textOf(atMs: number, durationMs: number): string {
  if (durationMs < 2 * minute) return `${atMs / second} s`;
  const seconds = String(Math.floor((atMs % minute) / second)).padStart(2, '0');
  return `${Math.floor(atMs / minute)}:${seconds}`;
}
