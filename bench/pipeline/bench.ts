import { pathToFileURL } from 'node:url';
import { median } from '../process/statistics.ts';
import { hasNats, nats } from './nats.ts';
import { ours, type Measured } from './ours.ts';
import { rawSqlite } from './raw-sqlite.ts';

export interface Row {
  readonly name: string;
  /** Median over the rounds; absent when the peer is not installed. */
  readonly eventsPerSecond?: number;
  /** Ours divided by this row's, from the medians of one run. */
  readonly ours?: number;
  /** Microseconds of processor time an event, of all processes involved: what a busy machine cannot distort. */
  readonly cpuMicroseconds?: number;
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
  const taken: Taken = { own: [], raw: [], nats: [] };
  // The first round of each warms the compiler and is thrown away.
  const warmUp = Math.min(count, 5000);
  const { perGroup } = await ours(warmUp, width);
  rawSqlite(warmUp, perGroup);
  if (withNats) await nats(warmUp, width);
  let groups = perGroup;
  for (let round = 0; round < rounds; round++) {
    const own = await ours(count, width);
    groups = own.perGroup;
    taken.own.push(own);
    taken.raw.push(rawSqlite(own.events, own.perGroup));
    if (withNats) taken.nats.push(await nats(count, width));
  }
  return table(taken, { groups, width, withNats });
}

interface Taken {
  readonly own: Measured[];
  readonly raw: Measured[];
  readonly nats: Measured[];
}

function table(
  taken: Taken,
  { groups, width, withNats }: { readonly groups: number; readonly width: number; readonly withNats: boolean },
): Row[] {
  const own = median(taken.own.map(rate));
  const figures = (of: readonly Measured[]) => {
    const eventsPerSecond = median(of.map(rate));
    const cpu = of.flatMap(({ cpuSeconds, events }) => (cpuSeconds === undefined ? [] : [(cpuSeconds / events) * 1e6]));
    return {
      eventsPerSecond,
      ours: own / eventsPerSecond,
      ...(cpu.length > 0 ? { cpuMicroseconds: median(cpu) } : {}),
    };
  };
  const natsNote = `publish + consume + ack, file storage, no sync for each message, ${width} in flight`;
  return [
    {
      name: 'Homeostasis, handled end to end',
      ...figures(taken.own),
      note: `synchronous=FULL, ${width} in flight, ${groups.toFixed(0)} events a group`,
    },
    {
      name: 'SQLite alone',
      ...figures(taken.raw),
      note: 'same bytes and batch size, no matching, parsing or handling',
    },
    withNats
      ? { name: 'NATS JetStream', ...figures(taken.nats), note: natsNote }
      : { name: 'NATS JetStream', note: 'nats-server missing' },
  ];
}

function rate({ events, seconds }: Measured): number {
  return events / seconds;
}

export function print(rows: readonly Row[]): void {
  for (const { name, eventsPerSecond, ours: ratio, cpuMicroseconds, note } of rows) {
    const figure = eventsPerSecond === undefined ? '-' : `${Math.round(eventsPerSecond).toLocaleString('en')}/s`;
    const times = ratio === undefined ? '' : `${ratio.toFixed(2)}x`;
    const cpu = cpuMicroseconds === undefined ? '-' : `${cpuMicroseconds.toFixed(1)} us cpu`;
    console.log(`${name.padEnd(34)}${figure.padStart(12)}  ${times.padStart(7)}  ${cpu.padStart(12)}  ${note}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print(await run());
