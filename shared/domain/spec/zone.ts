/** Wall clocks of time zones, through `Intl`: the zone data of the runtime is the only thing that is not computed here. */
import { dayMs } from '../calendar.ts';

const minuteMs = 60_000;

/** Making one takes longer than asking it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { ...parts, timeZone: zone });
  formats.set(zone, known);
  return known;
}

const parts = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** Whether the runtime knows the zone: `Europe/Berlin`, `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the wall clock shows at that instant, written down as if it were UTC: milliseconds. */
export function wallClock(instant: number, zone: string): number {
  if (zone === 'UTC') return instant;
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (instant: number, zone: string): number =>
  wallClock(instant, zone) - Math.floor(instant / 1000) * 1000;

/**
 * The first instant at which the wall clock shows this time (as of UTC, milliseconds) or a later one of that day. Where a clock is set
 * back the time comes twice, and the first one counts; where it is set forward the time does not come at all, and the leap counts.
 */
export function instantOf(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const before = offsetAt(wall - dayMs, zone);
  const after = offsetAt(wall + dayMs, zone);
  const early = wall - before;
  if (before === after || offsetAt(early, zone) === before) return early;
  const late = wall - after;
  return offsetAt(late, zone) === after ? late : leapBetween(late, early, zone);
}

/** When, to the minute, the clock was set between two instants. */
function leapBetween(from: number, to: number, zone: string): number {
  const first = offsetAt(from, zone);
  let [low, high] = [Math.floor(from / minuteMs), Math.ceil(to / minuteMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * minuteMs, zone) === first) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}
