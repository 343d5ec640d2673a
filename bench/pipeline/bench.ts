import { pathToFileURL } from 'node:url';
import { hasNats, nats } from './nats.ts';
import { ours, type Measured } from './ours.ts';
import { rawSqlite } from './raw-sqlite.ts';

export interface Row {
  readonly name: string;
  /** Median over the rounds; absent when the peer is not installed. */
  readonly eventsPerSecond?: number;
  /** Ours divided by this row's, from the medians of one run. */
  readonly ours?: number;
  readonly note: string;
}

export interface Options {
  /** Orders published a round; twice as many events are handled. */
  readonly count?: number;
  readonly rounds?: number;
  /** Publishes in flight, and deliveries under way at each consumer. */
  readonly width?: number;
}

/** Events handled end to end per second, beside SQLite alone and NATS JetStream, in alternating rounds of one run. */
export async function run({ count = 30_000, rounds = 3, width = 512 }: Options = {}): Promise<Row[]> {
  const withNats = hasNats();
  const rates: { own: number[]; raw: number[]; nats: number[] } = { own: [], raw: [], nats: [] };
  // The first round of each warms the compiler and is thrown away.
  const warmUp = Math.min(count, 5000);
  const { perGroup } = await ours(warmUp, width);
  rawSqlite(warmUp, perGroup);
  if (withNats) await nats(warmUp, width);
  let groups = perGroup;
  for (let round = 0; round < rounds; round++) {
    const own = await ours(count, width);
    groups = own.perGroup;
    rates.own.push(rate(own));
    rates.raw.push(rate(rawSqlite(own.events, own.perGroup)));
    if (withNats) rates.nats.push(rate(await nats(count, width)));
  }
  return table(rates, { groups, width, withNats });
}

function table(
  rates: { readonly own: number[]; readonly raw: number[]; readonly nats: number[] },
  { groups, width, withNats }: { readonly groups: number; readonly width: number; readonly withNats: boolean },
): Row[] {
  const own = median(rates.own);
  const against = (of: number[]) => ({ eventsPerSecond: median(of), ours: own / median(of) });
  const note = 'publish + consume + ack, file storage, without a sync for each message';
  return [
    {
      name: 'Homeostasis, handled end to end',
      eventsPerSecond: own,
      ours: 1,
      note: `synchronous=FULL, ${width} in flight, ${groups.toFixed(0)} events a group`,
    },
    {
      name: 'SQLite alone',
      ...against(rates.raw),
      note: 'same bytes and batch size, no matching, parsing or handling',
    },
    withNats
      ? { name: 'NATS JetStream', ...against(rates.nats), note: `${note}, ${width} in flight` }
      : { name: 'NATS JetStream', note: 'nats-server missing' },
  ];
}

function rate({ events, seconds }: Measured): number {
  return events / seconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export function print(rows: readonly Row[]): void {
  for (const { name, eventsPerSecond, ours: ratio, note } of rows) {
    const figure = eventsPerSecond === undefined ? '-' : `${Math.round(eventsPerSecond).toLocaleString('en')}/s`;
    const times = ratio === undefined ? '' : `${ratio.toFixed(2)}x`;
    console.log(`${name.padEnd(34)}${figure.padStart(12)}  ${times.padStart(7)}  ${note}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print(await run());
