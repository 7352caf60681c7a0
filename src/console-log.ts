/**
 * The log of the failsafe, which has to start where nothing else does: JSON lines in the form of Lambda's own, with
 * nothing loaded for it.
 */
import type { Log, LogDetails } from './log.ts';

/** @param keys written on every line */
export function consoleLog(keys: LogDetails = {}): Log {
  const line = (level: string) => (message: string, details?: LogDetails) =>
    void process.stdout.write(
      `${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...keys, ...details })}\n`,
    );
  return {
    debug: () => {},
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    with: (more) => consoleLog({ ...keys, ...more }),
  };
}
