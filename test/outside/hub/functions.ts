import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startFunction, type Invocation, type RunningFunction } from '../lambda-runtime.ts';
import type { DeployedFunction, Environment } from './stack.ts';

export interface HubFunctions {
  /** The function's runtime is started by the first event, as Lambda does. */
  invoke(name: string, event: unknown): Promise<Invocation>;
  /** How often each was invoked, and how long it ran in all, times its memory. */
  readonly runs: ReadonlyMap<string, { readonly count: number; readonly gbSeconds: number }>;
  /** Answers that were errors: a function as a whole, not one of its records. */
  readonly crashes: readonly { readonly name: string; readonly payload: unknown }[];
  logs(name: string): string;
  /** From here on the function has another time than ours. */
  setTime(name: string, time: OtherTime): void;
  close(): Promise<void>;
}

export interface OtherTime {
  /** Its clock is so much ahead. */
  readonly aheadMs?: number;
  /** What it waits for is over so many times sooner. */
  readonly pace?: number;
}

export interface FunctionsOptions {
  /** Packaged functions, a folder each. */
  readonly packages: string;
  readonly functions: readonly DeployedFunction[];
  /** Where the SDK finds AWS, and what else is elsewhere than in the cloud. */
  readonly surroundings: (name: string) => Environment;
  /** moto's addresses in the environment → those that lead to it. */
  readonly address: (value: string) => string;
  readonly log: (text: string) => void;
}

/** Environments at once: Lambda opens another when all are busy; on two processors, only for those that mostly wait. */
const most: Readonly<Record<string, number>> = { ingress: 4, traffic: 4 };

/** An execution environment: one invocation at a time. */
interface Room {
  readonly running: Promise<RunningFunction>;
  /** Invocations that it has or that wait for it. */
  load: number;
}

/** The hub's packaged functions, in processes of their own under AWS's runtime client, with the environment that the stack gave them. */
export function hubFunctions(options: FunctionsOptions): HubFunctions {
  const rooms = new Map<string, Room[]>();
  const runs = new Map<string, { count: number; gbSeconds: number }>();
  const memoryGb = new Map(options.functions.map((each) => [each.name, each.memoryGb]));
  const crashes: { readonly name: string; readonly payload: unknown }[] = [];
  const written = new Map<string, string>();
  const times = new Map<string, OtherTime>();
  /** Rooms that get no more work. */
  const left: Room[] = [];

  function start(name: string): Promise<RunningFunction> {
    const found = options.functions.find((each) => each.name === name);
    if (found === undefined) throw new Error(`the stack has no function ${name}`);
    const own = Object.entries(found.environment).map(([key, value]) => [key, options.address(value)] as const);
    return startFunction({
      dir: join(options.packages, name),
      // The access key says on the wire who asks.
      environment: {
        ...Object.fromEntries(own),
        AWS_ACCESS_KEY_ID: name,
        ...options.surroundings(name),
        ...otherTime(times.get(name)),
      },
      timeoutMs: found.timeoutMs,
      // Two processors for everything: a start takes longer than in a cloud.
      initTimeoutMs: 60_000,
      clockAheadMs: times.get(name)?.aheadMs ?? 0,
    });
  }

  function roomFor(name: string): Room {
    const all = rooms.get(name) ?? [];
    const idlest = all.toSorted((a, b) => a.load - b.load)[0];
    if (idlest !== undefined && (idlest.load === 0 || all.length >= (most[name] ?? 1))) return idlest;
    const opened = { running: start(name), load: 0 };
    rooms.set(name, [...all, opened]);
    return opened;
  }

  async function invoke(name: string, event: unknown): Promise<Invocation> {
    const room = roomFor(name);
    room.load += 1;
    const began = performance.now();
    const result = await (await room.running).invoke(event).finally(() => (room.load -= 1));
    const { count, gbSeconds } = runs.get(name) ?? { count: 0, gbSeconds: 0 };
    const used = ((performance.now() - began) / 1000) * (memoryGb.get(name) ?? 0);
    runs.set(name, { count: count + 1, gbSeconds: gbSeconds + used });
    written.set(name, `${written.get(name) ?? ''}${result.logs}`);
    if (!result.ok) {
      crashes.push({ name, payload: result.payload });
      options.log(`${name} failed: ${JSON.stringify(result.payload)}\n${result.logs}\n`);
    }
    return result;
  }

  return {
    invoke,
    runs,
    crashes,
    logs: (name) => written.get(name) ?? '',
    setTime(name, time) {
      times.set(name, time);
      left.push(...(rooms.get(name) ?? []));
      rooms.delete(name);
    },
    close: async () => {
      for (const { running } of [...left, ...[...rooms.values()].flat()]) await (await running).close();
    },
  };
}

const timeFile = pathToFileURL(join(import.meta.dirname, 'other-time.ts')).href;

/** Node loads it before anything of the function's; Lambda, too, passes NODE_OPTIONS on. */
function otherTime(time: OtherTime = {}): Environment {
  const { aheadMs = 0, pace = 1 } = time;
  if (aheadMs === 0 && pace === 1) return {};
  return {
    NODE_OPTIONS: `--import=${timeFile}`,
    CLOCK_AHEAD_MS: String(aheadMs),
    WAITS_TIMES_FASTER: String(pace),
  };
}
