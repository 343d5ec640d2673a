import type { MeasuredService } from '../../shared/contracts/traffic-measured.ts';
import type { ClientsRecord, ClientTotals } from './record.ts';

export const noClients: ClientsRecord = { requests: 0, failed: 0, retried: 0, windows: [] };

/** Windows that are told apart: with the gateway's ten seconds, forty minutes. */
const keptWindows = 240;

/** Adds a window to the sums, once. Older than all that are told apart, it cannot be told from one that is in them, and is left out. */
export function withWindow(clients: ClientsRecord, from: number, seen: MeasuredService): ClientsRecord {
  const { windows } = clients;
  const full = windows.length >= keptWindows;
  if (windows.includes(from) || (full && from < (windows[0] ?? 0))) return clients;
  const kept = [...windows, from].sort((a, b) => a - b).slice(-keptWindows);
  return {
    ...sum(clients, { ...seen, ...(seen.p99Ms === undefined ? {} : { worstP99Ms: seen.p99Ms }) }),
    windows: kept,
  };
}

export function sum(a: ClientTotals, b: ClientTotals): ClientTotals {
  const worst = [a.worstP99Ms, b.worstP99Ms].filter((each) => each !== undefined);
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    retried: a.retried + b.retried,
    ...(worst.length === 0 ? {} : { worstP99Ms: Math.max(...worst) }),
  };
}
