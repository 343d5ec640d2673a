import { drTrafficDue } from '../../shared/contracts/dr-traffic-due.ts';
import type { MeasuredService } from '../../shared/contracts/traffic-measured.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { withWindow } from './clients.ts';
import {
  scopeGroundPrefix,
  serviceGroundPrefix,
  serviceRecoveryKey,
  standKey,
  trafficIndexKey,
  trafficWindowKey,
  type ServiceName,
} from './keys.ts';
import type { ClientsRecord, GroundRecord, ServiceRecoveryRecord, StandRecord } from './record.ts';
import { budget, type Sheet } from './sheet.ts';
import type { Work } from './stuck.ts';
import type { TrafficIndex, TrafficWindow } from './window-record.ts';

/** Longer than it takes to detect, hold down and begin. */
const keptMs = 10 * 60_000;
/** Windows that one step forgets. */
const forgotten = 20;

/** Keeps a window, forgets old ones. @returns false when it is known already. */
export async function keepWindow(window: TrafficWindow, { sheet, records }: Work): Promise<boolean> {
  const index = (await records.get<TrafficIndex>(trafficIndexKey)) ?? { windows: [] };
  const newest = Math.max(window.from, index.windows.at(-1) ?? 0);
  if (index.windows.includes(window.from) || window.from < newest - keptMs) return false;
  const old = index.windows.filter((from) => from < newest - keptMs).slice(0, forgotten);
  for (const from of old) {
    await records.get(trafficWindowKey(from));
    sheet.write(trafficWindowKey(from), undefined);
  }
  const windows = [...index.windows.filter((from) => !old.includes(from)), window.from].sort((a, b) => a - b);
  await records.get(trafficWindowKey(window.from));
  sheet.write(trafficWindowKey(window.from), window).write(trafficIndexKey, { windows });
  return true;
}

/** Something is being recovered, or was when the window began. */
export async function isEventful({ from }: TrafficWindow, records: Reader): Promise<boolean> {
  const pages = [
    await records.list<GroundRecord>(scopeGroundPrefix, { limit: 500 }),
    await records.list<GroundRecord>(serviceGroundPrefix, { limit: 500 }),
  ];
  // More than are looked at: it may be among them.
  if (pages.some(({ next }) => next !== undefined)) return true;
  return pages.some(({ items }) =>
    items.some(({ value: { recovery, endedAt = -1 } }) => recovery !== undefined || endedAt >= from),
  );
}

/** Adds a window to the recoveries it falls into, as many as fit; the rest follows by a note to ourselves. */
export async function addWindow(window: TrafficWindow, after: number, { sheet, records }: Work): Promise<void> {
  for (const [index, seen] of window.services.entries()) {
    if (index < after) continue;
    if (sheet.items >= budget) {
      sheet.say(drTrafficDue.draft({ from: window.from, after: index }));
      return;
    }
    await addOne(window, seen, sheet, records);
  }
}

async function addOne(window: TrafficWindow, seen: MeasuredService, sheet: Sheet, records: Reader): Promise<void> {
  const stand = await records.get<StandRecord>(standKey(seen));
  if (stand?.recovery === undefined) return;
  const key = serviceRecoveryKey(stand.recovery, seen);
  const known = await records.get<ServiceRecoveryRecord>(key);
  if (known === undefined || !fallsInto(window, known)) return;
  const clients = withWindow(known.clients, window.from, seen);
  if (clients !== known.clients) sheet.write(key, { ...known, clients });
}

function fallsInto({ from, to }: TrafficWindow, { since, endedAt }: ServiceRecoveryRecord): boolean {
  return to > since && from <= (endedAt ?? Infinity);
}

/** What was seen before a recovery was begun. */
export async function windowsSince(since: number, records: Reader): Promise<readonly TrafficWindow[]> {
  const index = await records.get<TrafficIndex>(trafficIndexKey);
  const near = (index?.windows ?? []).filter((from) => from > since - keptMs);
  const found = await Promise.all(near.map((from) => records.get<TrafficWindow>(trafficWindowKey(from))));
  return found.flatMap((each) => (each !== undefined && each.to > since ? [each] : []));
}

/** What clients saw of a service in those windows. */
export function clientsIn(record: ServiceRecoveryRecord, windows: readonly TrafficWindow[]): ClientsRecord {
  return windows
    .filter((window) => fallsInto(window, record))
    .reduce((clients, window) => {
      const seen = window.services.find((each) => isSame(each, record));
      return seen === undefined ? clients : withWindow(clients, window.from, seen);
    }, record.clients);
}

const isSame = (a: ServiceName, b: ServiceName): boolean => a.service === b.service && a.application === b.application;

/**
 * Written with what is taken up, so that a window that comes at the same moment is decided on again and finds it.
 */
export async function touchWindows({ sheet, records }: Work): Promise<void> {
  const index = await records.get<TrafficIndex>(trafficIndexKey);
  if (index !== undefined) sheet.write(trafficIndexKey, index);
}
