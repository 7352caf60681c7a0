/**
 * The log of both functions: JSON lines on standard output, with the members by which Lambda itself filters. Nothing is
 * loaded for it; docs/decisions/0009 has what a library would cost.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */

import type { Log, LogDetails } from './log.ts';
import { member } from './member.ts';

const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

/**
 * @param lowestLevel as Lambda has it in AWS_LAMBDA_LOG_LEVEL, from the function's ApplicationLogLevel; what is none of
 *   the four levels counts as INFO
 * @param keys written on every line
 */
export function jsonLog(lowestLevel = 'INFO', keys: LogDetails = {}): Log {
  const lowest = levels.indexOf(levels.includes(lowestLevel) ? lowestLevel : 'INFO');
  const line =
    (level: string) =>
    (message: string, details: LogDetails = {}): void => {
      if (levels.indexOf(level) < lowest) return;
      const timestamp = new Date().toISOString();
      process.stdout.write(`${JSON.stringify({ timestamp, level, message, ...keys, ...details }, readable)}\n`);
    };
  return {
    debug: line('DEBUG'),
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    with: (more) => jsonLog(lowestLevel, { ...keys, ...more }),
  };
}

/** For JSON.stringify, which finds nothing in an error. Only these members: an error of a URL carries the URL. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, code: member(value, 'code'), $metadata: member(value, '$metadata'), stack, cause };
}
