/** Line plots with logarithmic axes, side by side, as one SVG with a background of its own. */

export interface Line {
  readonly name: string;
  /** One alone is drawn as a dot. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly title: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface Plot {
  readonly title: string;
  /** The first and the last tick are the ends of the axis; what lies beyond is moved to the edge. */
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const width = 430;
const height = 300;
const margin = { left: 52, right: 24, top: 30, bottom: 40 };
const rowHeight = 18;
const colours = ['#d62728', '#1f77b4', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#7f7f7f'];

/** The legend below names the lines of the first plot; the others have the same lines. The first line is drawn last. */
export function logLogPlot(plots: readonly Plot[]): string {
  const names = plots[0]?.lines.map(({ name }) => name) ?? [];
  const full = { width: plots.length * width, height: height + Math.ceil(names.length / 3) * rowHeight + 10 };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full.width} ${full.height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...plots.map((plot, index) => `<g transform="translate(${index * width} 0)">${drawPlot(plot)}</g>`),
    ...names.map((name, index) => {
      const x = margin.left + (index % 3) * (full.width / 3 - 20);
      const y = height + Math.floor(index / 3) * rowHeight + 10;
      return `<path d="M${x} ${y - 4}h22" ${stroke(index)}/><text x="${x + 28}" y="${y}">${escaped(name)}</text>`;
    }),
    '</svg>\n',
  ].join('\n');
}

function drawPlot({ title, x, y, lines }: Plot): string {
  const toX = scale(x, margin.left, width - margin.right);
  const toY = scale(y, height - margin.bottom, margin.top);
  const grid = [
    ...x.ticks.map(({ at }) => `M${toX(at)} ${margin.top}V${height - margin.bottom}`),
    ...y.ticks.map(({ at }) => `M${margin.left} ${toY(at)}H${width - margin.right}`),
  ];
  const drawn = lines.map(({ points }, index) => {
    const [first] = points;
    if (first !== undefined && points.length === 1) {
      return `<circle cx="${toX(first[0])}" cy="${toY(first[1])}" r="5" fill="${colourOf(index)}"/>`;
    }
    const path = points.map(([px, py]) => `${toX(px)},${toY(py)}`).join(' ');
    return `<polyline points="${path}" fill="none" ${stroke(index)}/>`;
  });
  return [
    `<text x="${margin.left}" y="18" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    `<path d="${grid.join('')}" stroke="#ddd"/>`,
    ...x.ticks.map(({ at, text }) => `<text x="${toX(at)}" y="${height - 25}" text-anchor="middle">${text}</text>`),
    ...y.ticks.map(
      ({ at, text }) => `<text x="${margin.left - 5}" y="${toY(at) + 4}" text-anchor="end">${text}</text>`,
    ),
    `<text x="${(margin.left + width) / 2}" y="${height - 9}" text-anchor="middle">${escaped(x.title)}</text>`,
    ...drawn.reverse(),
  ].join('\n');
}

function scale({ ticks }: Axis, from: number, to: number): (value: number) => number {
  const low = Math.log(ticks[0]?.at ?? 1);
  const high = Math.log(ticks.at(-1)?.at ?? 1);
  return (value) => {
    const share = Math.min(1, Math.max(0, (Math.log(value) - low) / (high - low)));
    return Math.round((from + (to - from) * share) * 10) / 10;
  };
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? '#000';
}

function stroke(index: number): string {
  return `stroke="${colourOf(index)}" stroke-width="${index === 0 ? 3 : 1.5}"`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
