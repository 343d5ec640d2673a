import type { Logger } from '../../shared/ports/logger.ts';
import { paint } from '../output.ts';

type Level = 'info' | 'warn' | 'error';
type Facts = Readonly<Record<string, unknown>>;

const rank: Readonly<Record<Level, number>> = { info: 0, warn: 1, error: 2 };

/**
 * Log lines on stderr. For machines one JSON object each, from warnings on; on a terminal, where somebody watches the live view,
 * one short line each, and only what went wrong for good: retries are told by their outcome.
 * `HOMEOSTASIS_LOG` = info, warn or error chooses the least level, and JSON.
 */
export function stderrLogger(terminal: boolean, chosen: string | undefined): Logger {
  const asked = isLevel(chosen) ? chosen : undefined;
  const least = rank[asked ?? (terminal ? 'error' : 'warn')];
  const spell = terminal && asked === undefined ? forPeople : forMachines;
  const write = (level: Level, what: string, facts: Facts = {}): void => {
    if (rank[level] >= least) process.stderr.write(`${spell(level, what, facts)}\n`);
  };
  return {
    info: (what, facts) => write('info', what, facts),
    warn: (what, facts) => write('warn', what, facts),
    error: (what, facts) => write('error', what, facts),
  };
}

function isLevel(text: string | undefined): text is Level {
  return text !== undefined && text in rank;
}

function forMachines(level: Level, what: string, facts: Facts): string {
  return JSON.stringify({ time: new Date().toISOString(), level, what, ...facts });
}

function forPeople(level: Level, what: string, facts: Facts): string {
  const error = facts['error'] as { readonly name?: string; readonly message?: string } | undefined;
  const told = [facts['consumer'], error?.name, error?.message ?? facts['message'] ?? facts['why']].filter(Boolean);
  const line = told.length > 0 ? told.join(': ') : JSON.stringify(facts);
  const room = (process.stderr.columns ?? 120) - 16;
  return `${paint(level === 'error' ? 'red' : 'yellow', what.padEnd(14), process.stderr)} ${line.slice(0, room)}`;
}
