import type { LogEntry } from '../../cli/stream.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { recoveryCompleted } from '../../shared/contracts/recovery-completed.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import type { Tier } from '../../shared/contracts/values.ts';

/** A storm, by the log. Times are milliseconds since the epoch; undefined: it did not happen. */
export interface Story {
  /** Recovery was decided on: the region is out of use. */
  readonly decidedAt: number | undefined;
  /** By tier: when the last command was decided, when it was durable at the latest, and how many there were. */
  readonly commands: Readonly<Record<Tier, Commands>>;
  /** Longest from a decision of the placement to the last command that carries it out, over the applications. */
  readonly commandsTookMs: number | undefined;
  readonly firstPlacedAt: number | undefined;
  /** Commands that stand in the log before one of a more important tier of the same application. */
  readonly outOfOrder: number;
  /** … and, of whatever application, before the last critical one. */
  readonly beforeCritical: number;
  /** Targets that the services went to. */
  readonly spread: number;
  readonly readyAt: number | undefined;
  readonly shiftedAt: number | undefined;
  /** The last application has rolled out. */
  readonly rolledOutAt: number | undefined;
  /** Applications that have. */
  readonly rolledOut: number;
  readonly wholeAt: number | undefined;
  /** In the log between the decision and the end. */
  readonly events: number;
}

export interface Commands {
  readonly lastAt: number;
  readonly durableAt: number;
  readonly count: number;
}

const order: readonly Tier[] = ['critical', 'standard', 'best-effort'];

export function tellStorm(all: readonly LogEntry[], region: string): Story {
  const excluded = all.findIndex(
    ({ event }) => event.type === targetExcluded.type && event.subject === region && isLoss(event.data),
  );
  const entries = excluded < 0 ? [] : all.slice(excluded);
  const of = (type: string): readonly LogEntry[] => entries.filter(({ event }) => event.type === type);
  const last = (type: string): number | undefined => timeOf(of(type).at(-1));
  const durable = durability(entries);
  const commands = of(deploymentApply.type).map((entry) => commandOf(entry, durable));
  const placed = of(placementDecided.type).map(({ event }) => ({
    application: (event.data as { readonly application: string }).application,
    at: Date.parse(event.time),
  }));
  return {
    decidedAt: timeOf(all[excluded]),
    commands: {
      critical: inTier(commands, 'critical'),
      standard: inTier(commands, 'standard'),
      'best-effort': inTier(commands, 'best-effort'),
    },
    commandsTookMs: longest(commands, placed),
    firstPlacedAt: placed[0]?.at,
    outOfOrder: countDisorder(commands),
    beforeCritical: commands
      .slice(
        0,
        Math.max(
          0,
          commands.findLastIndex(({ tier }) => tier === 'critical'),
        ),
      )
      .filter(({ tier }) => tier !== 'critical').length,
    spread: new Set(commands.map(({ target }) => target)).size,
    readyAt: last(deploymentReady.type),
    shiftedAt: last(trafficShifted.type),
    rolledOutAt: last(rolloutCompleted.type),
    rolledOut: new Set(of(rolloutCompleted.type).map(({ event }) => event.subject)).size,
    wholeAt: last(recoveryCompleted.type),
    events: entries.length,
  };
}

const isLoss = (data: unknown): boolean => (data as { readonly mode?: string }).mode !== 'cordon';

function timeOf(entry: LogEntry | undefined): number | undefined {
  return entry === undefined ? undefined : Date.parse(entry.event.time);
}

interface Command {
  readonly application: string;
  readonly target: string;
  readonly tier: Tier;
  readonly at: number;
  readonly durableAt: number;
}

function commandOf({ sequence, event }: LogEntry, durable: (sequence: number) => number): Command {
  const { application, target, tier } = event.data as Pick<Command, 'application' | 'target' | 'tier'>;
  return { application, target, tier, at: Date.parse(event.time), durableAt: durable(sequence) };
}

function inTier(commands: readonly Command[], tier: Tier): Commands {
  const own = commands.filter((each) => each.tier === tier);
  const last = (times: readonly number[]): number => Math.max(...times);
  return {
    lastAt: last(own.map(({ at }) => at)),
    durableAt: last(own.map(({ durableAt }) => durableAt)),
    count: own.length,
  };
}

/**
 * When what stands at a place of the log was on the disk at the latest. An event bears the time at which its decision began; but nobody is
 * handed an event before it is durable, and the log is written in its order: so all of it was, up to the cause of whatever began later.
 * @returns milliseconds since the epoch; Infinity where nothing that came of it or of anything behind it is known
 */
function durability(entries: readonly LogEntry[]): (sequence: number) => number {
  const at = new Map(entries.map(({ event, sequence }) => [event.id, sequence]));
  const known = new Map<number, number>();
  for (const { event } of entries) {
    const cause = at.get(event.causationid ?? '');
    if (cause !== undefined) known.set(cause, Math.min(known.get(cause) ?? Infinity, Date.parse(event.time)));
  }
  let earliest = Infinity;
  const latest = new Map<number, number>();
  for (const { sequence } of entries.toReversed()) {
    earliest = Math.min(earliest, known.get(sequence) ?? Infinity);
    latest.set(sequence, earliest);
  }
  return (sequence) => latest.get(sequence) ?? Infinity;
}

type Placed = Pick<Command, 'application' | 'at'>;

function longest(commands: readonly Command[], placed: readonly Placed[]): number | undefined {
  const firsts = new Map<string, number>();
  for (const { application, at } of placed) if (!firsts.has(application)) firsts.set(application, at);
  const took = commands.map(({ application, at }) => at - (firsts.get(application) ?? at));
  return took.length === 0 ? undefined : Math.max(...took);
}

function countDisorder(commands: readonly Command[]): number {
  const lowest = new Map<string, number>();
  let found = 0;
  for (const { application, tier } of commands) {
    const rank = order.indexOf(tier);
    const before = lowest.get(application) ?? 0;
    if (rank < before) found += 1;
    else lowest.set(application, rank);
  }
  return found;
}
