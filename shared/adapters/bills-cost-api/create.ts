import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { BillFile } from '../../contracts/bill-received.ts';
import { FileGone, SpentPages, type BillSource, type FetchedBill } from '../../ports/bill-source.ts';
import { dayAfter, monthsBefore, nextMonth, type CostApi, type CostPage, type Month } from './cost-api.ts';
import { monthsAt } from './months.ts';
import { pageCache, type PageCache } from './page-cache.ts';

export interface CostApiOptions {
  /** Where answers are kept: what was paid for once is not paid for again. A folder, or what keeps those of this source. */
  readonly folder: string | PageCache;
  /** Requests a day may make. */
  readonly pages: number;
  /** That are listed: this one and those before it. */
  readonly months: number;
  /** Milliseconds since the epoch, default the machine's clock: a day's allowance is of the day on which it is spent. */
  readonly now?: () => number;
}

/**
 * A cost API as a place of bills: each month is a file, of a new version every day until the month is final. Listing asks nobody and
 * pays nothing; fetching pays for the pages that are not in the cache, up to the day's allowance (`SpentPages`: what was read stays, and
 * the rest of a final month is paid for on the next day). Pages of a month are let go of once it has been read as of a later day.
 */
export function createCostApiSource(api: CostApi, options: CostApiOptions): BillSource {
  const { folder, pages, months, now = Date.now } = options;
  const cache = typeof folder === 'string' ? pageCache(join(folder, api.name)) : folder;
  // Months of one source share an allowance: of two at once both would see the last request of it unspent.
  const inTurn = pLimit(1);
  return {
    name: api.name,
    list: (now) => Promise.resolve(monthsAt(now, months).map((each) => ({ source: api.name, ...each }))),
    fetch: (file, toFolder) => inTurn(() => fetchMonth(api, file, { cache, pages, months, now, toFolder })),
  };
}

interface Fetching extends Required<Pick<CostApiOptions, 'pages' | 'months' | 'now'>> {
  readonly cache: PageCache;
  readonly toFolder: string;
}

async function fetchMonth(api: CostApi, file: BillFile, fetching: Fetching): Promise<FetchedBill> {
  const { cache, months, now, toFolder } = fetching;
  const { month, asOf } = read(file);
  const { location } = file;
  const paid: Paid = { requests: 0, requestMicros: 0 };
  const path = join(toFolder, `${api.name}-${location}.ndjson`);
  await mkdir(toFolder, { recursive: true });
  const output = await open(path, 'w', 0o600);
  try {
    const day = new Date(now()).toISOString().slice(0, 10);
    const allowed = allowedFor(location, day, fetching.pages);
    for await (const page of pagesOf(api, { cache, month, asOf, location, day, allowed }, paid)) {
      for (const row of page.rows) await output.write(`${JSON.stringify(row)}\n`);
    }
    await cache.forget({ month: location, asOf, day, oldest: monthsBefore(day.slice(0, 7), months - 1) });
  } finally {
    await output.close();
  }
  return { path, format: 'ndjson', ...paid };
}

/** Months long over wait for those that go on: they take half of a day's allowance at most. */
const allowedFor = (month: string, day: string, pages: number): number =>
  month < monthsBefore(day.slice(0, 7), 1) ? Math.ceil(pages / 2) : pages;

interface Paid {
  requests: number;
  requestMicros: number;
}

interface Reading {
  readonly cache: PageCache;
  readonly month: Month;
  readonly asOf: string;
  readonly location: string;
  /** Today. */
  readonly day: string;
  readonly allowed: number;
}

async function* pagesOf(api: CostApi, reading: Reading, paid: Paid): AsyncGenerator<CostPage> {
  const { cache, month, asOf, location, day, allowed } = reading;
  const seen = new Set<string>();
  let token: string | undefined;
  for (let number = 1; ; number++) {
    const key = { month: location, asOf, number };
    let page = await cache.read(key);
    if (page === undefined) {
      const spent = await cache.spent(day);
      if (spent >= allowed) throw stopped(api, number, reading, paid);
      page = await api.page(month, token);
      await cache.keep(key, page, day);
      paid.requests += 1;
      paid.requestMicros += page.requestMicros;
    }
    yield page;
    token = page.next;
    if (token === undefined) return;
    // An API that hands out the same token again would be paid for ever.
    if (seen.has(token)) throw new Error(`${api.name}: page ${number} of ${location} leads back to an earlier page`);
    seen.add(token);
  }
}

/**
 * A month that goes on is another tomorrow: where the allowance does not reach its end it is not read, and somebody has to know. One that
 * is final goes on with the next day's.
 */
function stopped({ name }: CostApi, number: number, { location, asOf, day, allowed }: Reading, paid: Paid): SpentPages {
  const before = `page ${number} of ${location}`;
  const beginsAnew = asOf >= day;
  const message = beginsAnew
    ? `the ${allowed} paid requests a day that \`pages\` allows end before ${before}, and tomorrow it begins anew: raise \`pages\` of this source`
    : `the ${allowed} paid requests that \`pages\` allows for it were made on ${day}; ${before} waits for another day`;
  return new SpentPages(`${name}: ${message}`, { paid, beginsAnew });
}

function read({ source, location, version }: BillFile): { readonly month: Month; readonly asOf: string } {
  const asOf = /^as of (\d{4}-\d{2}-\d{2})$/.exec(version)?.[1];
  if (!/^\d{4}-\d{2}$/.test(location) || asOf === undefined) {
    throw new FileGone(`${source}: "${location}" ${version} is no month of a cost API`);
  }
  const from = `${location}-01`;
  const end = nextMonth(from);
  return { month: { from, to: asOf < end ? (asOf > from ? asOf : dayAfter(from)) : end }, asOf };
}
