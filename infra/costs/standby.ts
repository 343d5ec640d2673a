import { standbyAlarms } from './hub.ts';
import { counted, idleMonth, minutesBetweenSweeps, minutesPerMonth, perEvent, times, type Hub } from './model.ts';
import type { Metered, Usage } from './prices.ts';

/** As shared/domain/lease and infra/aws/standby-functions.ts have it. */
const looksPerMonth = (30 * 86_400) / 5;
const keeperGb = 0.25;
const keeperMinutes = 5;
const keeperOverlap = (keeperMinutes * 60 + 90) / (keeperMinutes * 60);
/** Of the keeper and of the resynchronisation. */
const runsPerMonth = minutesPerMonth / keeperMinutes + minutesPerMonth;
/** Health checks ask from three places of the world, each with two checkers, every ten seconds; an answer takes so long. */
const checksPerMonth = (3 * 2 * 30 * 86_400) / 10;
const checkSeconds = 0.02;

/**
 * Items of an event's way that are written on it, and units that it takes to let one in at the other hub: a put and a check of the lease
 * in a transaction, which counts twice.
 */
const itemsPerEvent = 5;
const unitsPerAdmission = 4;

/** What a standby adds to the bill of a hub that stands still: the other hub, what keeps the two one, and the name. */
export function standbyMonth(hub: Hub): Usage {
  const other = idleMonth({ ...hub, alarms: hub.alarms + standbyAlarms });
  const both: Usage = {
    alarm: standbyAlarms,
    // Of what is replicated into each region, and of the registers.
    key: 2,
    // Looks, takeovers, admitted and stranded items.
    metric: 2 * 4,
    // The keeper and the resynchronisation.
    schedule: 2 * runsPerMonth,
    lambdaRequest: 2 * runsPerMonth + 2 * checksPerMonth,
    // The keeper runs all the time, and its next run waits beside it for a while.
    lambdaGbSecond: 2 * 30 * 86_400 * keeperOverlap * keeperGb + 2 * checksPerMonth * checkSeconds,
    logGb: (2 * looksPerMonth * 0.3) / 1e6,
    // Both regions' registers, read by both hubs and written by the active one; and by the functions that stand by.
    tableRead: 2 * 2 * looksPerMonth + 2 * checksPerMonth,
    tableWrite: 2 * looksPerMonth,
    objectRead: 2 * looksPerMonth,
    objectWrite: looksPerMonth,
    healthCheck: 2,
    apiRequest: 2 * checksPerMonth,
  };
  // The zone is there already; the standby's own ticks are brought to its queues, and acknowledged.
  const ticks = times(perEvent(), minutesPerMonth / minutesBetweenSweeps(hub.reconcileSeconds));
  return sum([{ ...other, zone: 0 }, both, { ...ticks, tableWrite: 0 }]);
}

/** What it adds to so many events: every write is made once more by replication, and once more when it is let in, replicated too. */
export function standbyEvents(events: number): Usage {
  const admitted = itemsPerEvent * unitsPerAdmission;
  const { tableWrite = 0, lambdaGbSecond = 0 } = perEvent();
  return times(
    {
      tableWrite: tableWrite + 2 * admitted,
      tableRead: itemsPerEvent,
      lambdaRequest: 1,
      lambdaGbSecond: lambdaGbSecond / 3,
      tableGb: 2 * counted.eventKilobytes * 1e-6,
      regionGb: 3 * itemsPerEvent * counted.eventKilobytes * 1e-6,
    },
    events,
  );
}

export function sum(usages: readonly Usage[]): Usage {
  const total = new Map<string, number>();
  for (const usage of usages) {
    for (const [name, amount] of Object.entries(usage)) total.set(name, (total.get(name) ?? 0) + amount);
  }
  return Object.fromEntries([...total].filter(([, amount]) => amount > 0)) as Partial<Record<Metered, number>>;
}
