import type { Logger } from '../../shared/ports/logger.ts';

type Level = 'info' | 'warn' | 'error';

/** Structured lines on stderr: one JSON object each, so that whatever collects logs can read them. Info only on request. */
export function stderrLogger(verbose: boolean): Logger {
  const write = (level: Level, what: string, facts: Readonly<Record<string, unknown>> = {}): void => {
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, what, ...facts })}\n`);
  };
  return {
    info: (what, facts) => verbose && write('info', what, facts),
    warn: (what, facts) => write('warn', what, facts),
    error: (what, facts) => write('error', what, facts),
  };
}
