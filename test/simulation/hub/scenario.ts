import { confirmed, defaultLeaseSettings } from '../../../shared/domain/lease/index.ts';
import { createRandom, type Random } from '../random.ts';
import { Hub, type Ground, type HubName } from './hub.ts';
import { pair, Register, Sites, type SiteName } from './sites.ts';
import { DriftingClock, VirtualTime } from './virtual-time.ts';
import { derived, HubWatch } from './watch.ts';

export interface HubSchedule {
  /** `beyond` the bound, clocks run up to 60 % wrong and jump by minutes. */
  readonly clocks: 'within' | 'beyond';
  /** `loss` is one thing only: the active hub's region is gone at some moment, and stays so. */
  readonly faults: 'any' | 'loss';
  readonly fence?: 'on' | 'off';
}

export interface HubRun {
  readonly violations: readonly string[];
  readonly late: readonly string[];
  readonly accepted: number;
  readonly commits: number;
  readonly stranded: number;
  readonly refused: number;
  readonly overtaken: number;
  readonly activations: number;
  /** From the loss of the active hub's region to the other's activation; only of `loss`. */
  readonly takeoverMs?: number;
}

const storm = 15 * 60_000;
const calm = 15 * 60_000;

/** One schedule: a quarter of an hour of faults, and one in which everything but what is gone for good comes back. */
export async function runHubs(seed: number, { clocks, faults, fence = 'on' }: HubSchedule): Promise<HubRun> {
  const random = createRandom(seed);
  const time = new VirtualTime();
  const sites = new Sites(time, random);
  const watch = new HubWatch();
  const registers = { a: new Register('a'), b: new Register('b'), w: new Register('w') };
  const settings = defaultLeaseSettings;
  const skewMs = settings.skewMs;
  const ground: Ground = {
    time,
    sites,
    registers,
    journal: new Set(),
    watch,
    settings,
    hubs: new Map(),
    skewMs,
    fence,
  };
  for (const name of ['a', 'b'] as const) {
    ground.hubs.set(
      name,
      new Hub(name, new DriftingClock(time, random.below(600_000), driftOf(clocks, random)), ground),
    );
  }
  const hubs = [...ground.hubs.values()];
  hubs.forEach((hub) => run(hub, ground));
  if (faults === 'any') unleash(ground, clocks);
  const lostAt = faults === 'loss' ? 60_000 + random.below(storm - 120_000) : undefined;
  if (lostAt !== undefined) time.after(lostAt, () => sites.destroyed.add(activeOf(ground)));
  await time.until(storm);
  heal(ground);
  await time.until(storm + calm);
  const survivors = hubs.filter((hub) => hub.active);
  if (survivors.length > 1) watch.violations.push('both hubs are active in the end');
  watch.concluded(survivors[0]?.table, derived);
  const next = watch.activations.find(({ at }) => lostAt !== undefined && at >= lostAt);
  return {
    violations: watch.violations,
    late: watch.late,
    accepted: watch.accepted.size,
    commits: watch.commits,
    stranded: watch.stranded,
    refused: watch.refused,
    overtaken: watch.overtaken,
    activations: watch.activations.length,
    ...(next === undefined || lostAt === undefined ? {} : { takeoverMs: next.at - lostAt }),
  };
}

const driftOf = (clocks: HubSchedule['clocks'], random: Random): number =>
  (random.next() * 2 - 1) * (clocks === 'within' ? defaultLeaseSettings.driftRate : 0.6);

const activeOf = ({ watch }: Ground): HubName => (watch.activations.at(-1)?.hub === 'b' ? 'b' : 'a');

/** Everything that a hub does again and again, by its own clock's idea of often. */
function run(hub: Hub, { time, sites }: Ground): void {
  const { random } = sites;
  let requests = 0;
  const again = (everyMs: number, work: () => Promise<void> | void): void => {
    const once = (): void => {
      void Promise.resolve(work());
      time.after(everyMs * (0.9 + random.next() * 0.2), once);
    };
    time.after(random.below(everyMs), once);
  };
  again(defaultLeaseSettings.everyMs, () => hub.tick());
  again(1_500, () => hub.handleOne());
  again(20_000, () => hub.rejoin());
  again(7_000, () => {
    const asked = time.now < storm && hub.runs && hub.register?.holder === hub.me;
    return asked ? hub.accept(`${hub.me}${(requests += 1)}`) : undefined;
  });
}

/** One site may be lost for good; everything else passes. */
function unleash(ground: Ground, clocks: HubSchedule['clocks']): void {
  const { time, sites, hubs } = ground;
  const { random } = sites;
  const both = [...hubs.values()];
  const strike = (): void => {
    if (time.now > storm) return;
    const forMs = 2_000 + random.below(random.chance(0.5) ? 10_000 : 150_000);
    const site = random.pick<SiteName>(['a', 'b', 'w']);
    const hub = random.pick(both);
    const kind = random.below(clocks === 'beyond' ? 6 : 5);
    if (kind === 0)
      passing(
        time,
        forMs,
        () => sites.down.add(site),
        () => sites.down.delete(site),
      );
    if (kind === 1 || kind === 2) {
      const between = random.pick([pair('a', 'b'), pair('a', 'w'), pair('b', 'w')]);
      passing(
        time,
        forMs,
        () => sites.cut.add(between),
        () => sites.cut.delete(between),
      );
    }
    if (kind === 3)
      passing(
        time,
        forMs,
        () => hub.crash(),
        () => hub.restart(),
      );
    if (kind === 4) void hub.release();
    if (kind === 5) hub.clock.change(driftOf(clocks, random), (random.next() - 0.5) * 240_000);
    time.after(5_000 + random.below(120_000), strike);
  };
  time.after(10_000 + random.below(60_000), strike);
  if (random.chance(0.5)) {
    const site = random.pick<SiteName>(['a', 'b', 'w']);
    const destroy = (): void => {
      if (couldBeLost(site, ground)) sites.destroyed.add(site);
      else time.after(5_000, destroy);
    };
    time.after(random.below(storm), destroy);
  }
}

/**
 * What the design promises to survive: one region lost for good at a time at which the other one holds the same history. Lost between
 * a takeover and the return of the other hub, it takes the only copy of what happened in between with it.
 */
function couldBeLost(site: SiteName, { hubs, registers }: Ground): boolean {
  if (site === 'w') return true;
  const [lost, other] = [hubs.get(site), hubs.get(site === 'a' ? 'b' : 'a')];
  if (lost?.table.history !== other?.table.history) return false;
  // Nor in the moment between the vote that confirms its claim and its own register: nobody left could tell whether it began.
  return Object.values(registers).every(({ held }) => {
    const lease = held?.lease;
    return lease?.holder !== site || lease.beat < confirmed || lease.tenure === lost?.table.history;
  });
}

function passing(time: VirtualTime, forMs: number, begin: () => void, end: () => void): void {
  begin();
  time.after(forMs, end);
}

function heal({ sites, hubs }: Ground): void {
  sites.down.clear();
  sites.cut.clear();
  for (const hub of hubs.values()) hub.restart();
}
