/** Draws docs/waiting.svg: the lag and the calls against the creation time, and against each other. */
import { seededRandom } from '../../sandbox/random.ts';
import { type Line, logLogPlot } from '../log-log-plot.ts';
import { median } from '../statistics.ts';
import { mean } from '../summary.ts';
import { type CreationTimes, drawn } from './creation-times.ts';
import { type Schedule, waitFor } from './schedules.ts';

const points = 60;
/** Around each point of a line: as many creation times, from 15 % below to 18 % above. */
const samples = 300;
const range = { shortestMs: 2_000, longestMs: 2_400_000 };

export function plotWaiting(schedules: readonly Schedule[]): string {
  const times = Array.from(
    { length: points },
    (_, index) => range.shortestMs * (range.longestMs / range.shortestMs) ** (index / (points - 1)),
  );
  const line = ({ name, givesUpMs, ...schedule }: Schedule, value: (waits: Measured) => number): Line => ({
    name,
    points: times
      .filter((time) => time <= givesUpMs)
      .map((time) => [time / 1000, value(around(time, { name, givesUpMs, ...schedule }))]),
  });
  const creation = { title: 'creation time', ticks: ticks([2, 5, 10, 30, 60, 120, 300, 900, 2400]) };
  return logLogPlot([
    {
      title: 'Lag from CREATED until a call returns it (median)',
      x: creation,
      y: { title: 'lag', ticks: ticks([0.2, 0.5, 1, 2, 5, 10, 30, 60, 120]) },
      lines: schedules.map((schedule) => line(schedule, ({ lagMs }) => lagMs / 1000)),
    },
    {
      title: 'Calls for each version (mean)',
      x: creation,
      y: { title: 'calls', ticks: [1, 2, 5, 10, 20, 50, 100, 200, 500].map((at) => ({ at, text: String(at) })) },
      lines: schedules.map((schedule) => line(schedule, ({ looks }) => looks)),
    },
    {
      title: 'Calls and lag, over all creation times',
      x: { title: 'lag, median', ticks: ticks([1, 2, 5, 10, 30, 60, 120]) },
      y: { title: 'calls, mean', ticks: [2, 5, 10, 20, 50, 100].map((at) => ({ at, text: String(at) })) },
      lines: schedules.map((schedule) => {
        const { lagMs, looks } = over({ name: '', ...range, spread: 'logarithmic' }, schedule);
        return { name: schedule.name, points: [[lagMs / 1000, looks]] };
      }),
    },
  ]);
}

interface Measured {
  readonly lagMs: number;
  readonly looks: number;
}

function around(time: number, schedule: Schedule): Measured {
  return over({ name: '', shortestMs: time * 0.85, longestMs: time * 1.18, spread: 'logarithmic' }, schedule);
}

function over(times: CreationTimes, schedule: Schedule): Measured {
  const random = seededRandom(3);
  const waits = drawn(times, samples, random).map((each) => waitFor(schedule, each, random));
  return {
    lagMs: median(waits.map(({ lagMs }) => lagMs)),
    looks: mean(waits.map(({ looks }) => looks)),
  };
}

function ticks(seconds: readonly number[]) {
  return seconds.map((at) => ({ at, text: at < 60 ? `${at} s` : `${at / 60} min` }));
}
