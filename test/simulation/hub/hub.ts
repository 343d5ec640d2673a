import { admit, confirmed, mayCommit, type LeaseSettings } from '../../../shared/domain/lease/index.ts';
import { createLeaseKeeper, type LeaseKeeper, type Standing } from '../../../shared/pipeline/lease-keeper.ts';
import { NotTheActiveHub, type Lease } from '../../../shared/ports/lease-store.ts';
import type { Register, Sites } from './sites.ts';
import { Table, type Commit } from './table.ts';
import type { DriftingClock, VirtualTime } from './virtual-time.ts';
import { derived, type HubWatch } from './watch.ts';

export type HubName = 'a' | 'b';

/** Everything that both hubs share. */
export interface Ground {
  readonly time: VirtualTime;
  readonly sites: Sites;
  readonly registers: Readonly<Record<'a' | 'b' | 'w', Register>>;
  /** Events that one hub let in when the other region did not answer, in the other cloud. */
  readonly journal: Set<string>;
  readonly watch: HubWatch;
  readonly settings: LeaseSettings;
  readonly hubs: Map<HubName, Hub>;
  /** How far the clocks of a region's functions differ from the one that renews. */
  readonly skewMs: number;
  /** Takes the condition off the commits, to show that the invariants would tell. */
  readonly fence: 'on' | 'off';
}

/** One region's functions: the lease's keeper, ingress, handlers, outbox and follower, over tables that may be lost. */
export class Hub {
  readonly me: HubName;
  readonly peer: HubName;
  readonly table = new Table();
  readonly clock: DriftingClock;
  readonly #ground: Ground;
  #keeper: LeaseKeeper;
  #ticking = false;
  #crashed = false;
  /** The standing of the last look: only of use to the keeper's own steps. */
  standing: Standing = { role: 'standby', because: 'never looked' };
  readonly #queue = new Set<string>();
  #owesJournal = false;
  #activeIn = 0;

  constructor(me: HubName, clock: DriftingClock, ground: Ground) {
    this.me = me;
    this.peer = me === 'a' ? 'b' : 'a';
    this.clock = clock;
    this.#ground = ground;
    this.#keeper = this.#newKeeper();
  }

  get runs(): boolean {
    return !this.#crashed && this.#ground.sites.stands(this.me);
  }

  get register(): Lease | undefined {
    return this.#ground.registers[this.me].held?.lease;
  }

  /** By the one thing that counts: the register that its commits are conditional on. */
  get active(): boolean {
    const { register } = this;
    if (register === undefined || !this.runs) return false;
    return mayCommit(register, { hub: this.me, epoch: register.epoch, now: this.clock.now() });
  }

  crash(): void {
    this.#crashed = true;
  }

  restart(): void {
    this.#crashed = false;
    this.#keeper = this.#newKeeper();
  }

  #newKeeper(): LeaseKeeper {
    const { registers, sites, settings, watch, time } = this.#ground;
    const written = (lease: Lease, at: string): void => {
      // From the second beat in its own register on it may commit, whether the answer arrives or not.
      if (at !== lease.holder || lease.beat < confirmed || lease.released === true) return;
      watch.activated(lease, time.now);
      this.table.history = lease.tenure;
      if (this.#activeIn !== lease.epoch) this.#owesJournal = true;
      this.#activeIn = lease.epoch;
    };
    const storeOf = (name: 'a' | 'b' | 'w') => registers[name].storeFrom(this.me, sites, written);
    return createLeaseKeeper({
      me: this.me,
      preferred: this.me === 'a',
      history: () => this.table.history,
      registers: { own: storeOf(this.me), peer: storeOf(this.peer), witness: storeOf('w') },
      settings,
      clock: this.clock,
    });
  }

  async tick(): Promise<void> {
    if (!this.runs || this.#ticking) return;
    this.#ticking = true;
    const keeper = this.#keeper;
    try {
      const standing = await keeper.tick();
      if (keeper === this.#keeper) this.standing = standing;
    } finally {
      this.#ticking = false;
    }
    if (this.standing.role === 'active') await this.#resume();
  }

  /** Hands the lease over on purpose. */
  async release(): Promise<void> {
    if (this.runs && !this.#ticking) await this.#keeper.release();
  }

  /** After taking over: everything that was ever to go out goes out again (marks make it harmless), and what the other cloud keeps. */
  async #resume(): Promise<void> {
    if (!this.#owesJournal) return;
    const { marks, outbox, accepted } = this.table;
    for (const id of [...outbox.keys(), ...accepted]) if (!marks.has(id)) this.#queue.add(id);
    try {
      const kept = await this.#ground.sites.call(this.me, 'w', () => [...this.#ground.journal]);
      for (const id of kept) this.letIn(id);
      this.#owesJournal = false;
    } catch {
      // The other cloud does not answer: asked again with the next look, for as long as it takes.
    }
  }

  letIn(id: string): void {
    this.table.accepted.add(id);
    this.#queue.add(id);
  }

  /** A function's commit: it knows the epoch, may be held up at any point, and is judged by the register when it is written. */
  async #commit(work: (epoch: number) => Commit | undefined): Promise<Commit | undefined> {
    const { sites, time, watch, skewMs, fence } = this.#ground;
    const { random } = sites;
    const known = this.register;
    if (known?.holder !== this.me) return undefined;
    if (random.chance(0.02)) await time.wait(random.below(60_000));
    const now = this.clock.now() + (random.next() - 0.5) * skewMs;
    const looked = time.now;
    // Between a look at the clock and the request, too: no lease can be held against that, only the fence.
    if (random.chance(0.02)) await time.wait(random.below(60_000));
    if (!this.runs) return undefined;
    return sites.call(this.me, this.me, () => {
      if (fence === 'on' && !mayCommit(this.register, { hub: this.me, epoch: known.epoch, now })) {
        watch.refused += 1;
        throw new NotTheActiveHub(this.me, known.epoch);
      }
      const commit = work(known.epoch);
      if (commit === undefined) return undefined;
      this.table.apply(commit);
      watch.committed({ ...commit, underWayMs: time.now - looked }, time.now);
      // The table's stream sends what was said, whether the committer hears of its success or not.
      for (const said of commit.says) this.#queue.add(said);
      this.#replicate(commit);
      return commit;
    });
  }

  /** Ingress: 202 only when the event stands in this region's table and in one more place. */
  async accept(id: string): Promise<void> {
    const { watch } = this.#ground;
    try {
      const commit = await this.#commit((epoch) => ({ hub: this.me, epoch, says: [id] }));
      if (commit === undefined || !(await this.#copy(id, commit.epoch))) return;
      watch.accepted.add(id);
    } catch {
      // 503: the client was promised nothing, and sends it again.
    } finally {
      if (this.table.outbox.has(id)) this.letIn(id);
    }
  }

  async #copy(id: string, epoch: number): Promise<boolean> {
    const { sites, hubs, registers, journal } = this.#ground;
    try {
      await sites.call(this.me, this.peer, () => hubs.get(this.peer)?.letIn(id));
      return true;
    } catch {
      await sites.call(this.me, 'w', () => journal.add(id));
      // Read behind the write: whoever takes over writes the register first and reads the journal behind that.
      const seen = await sites.call(this.me, 'w', () => registers.w.held?.lease);
      return seen?.holder === this.me && seen.epoch === epoch;
    }
  }

  /** Handlers: one event of the queue, once in effect. */
  async handleOne(): Promise<void> {
    if (!this.runs) return;
    const [id] = this.#queue;
    if (id === undefined) return;
    this.#queue.delete(id);
    try {
      const done = await this.#commit((epoch) =>
        this.table.marks.has(id) ? undefined : { hub: this.me, epoch, handled: id, says: derived(id) },
      );
      if (done === undefined && !this.table.marks.has(id)) this.#queue.add(id);
    } catch {
      // Not the active hub, or no answer: it stays in the queue.
      this.#queue.add(id);
    }
  }

  /** The table's replica in the other region, and the follower there that lets a commit into that hub's own table. */
  #replicate(commit: Commit): void {
    const { time, sites } = this.#ground;
    const { random } = sites;
    const lag = random.chance(0.05) ? random.below(20_000) : 200 + random.below(1_500);
    const arrive = (): void => {
      if (sites.destroyed.has(this.me) || sites.destroyed.has(this.peer)) return;
      if (!sites.reaches(this.me, this.peer)) time.after(1_000 + random.below(2_000), arrive);
      else this.#ground.hubs.get(this.peer)?.follow(commit);
    };
    time.after(lag, arrive);
  }

  follow(commit: Commit): void {
    const { watch, fence } = this.#ground;
    const { register, me } = this;
    if (commit.handled === undefined) commit.says.forEach((id) => this.letIn(id));
    if (fence === 'on' && admit(register, { me, epoch: commit.epoch }) === 'stranded') {
      watch.stranded += 1;
      return;
    }
    watch.admitted(commit, this.table, register?.holder === me ? register.tenure : 0);
  }

  /** A standby whose table holds another history than the active hub's is brought up from that one's. */
  rejoin(): void {
    const { sites, hubs } = this.#ground;
    const active = hubs.get(this.peer);
    if (!this.runs || active === undefined || !sites.reaches(this.me, this.peer)) return;
    if (
      this.register?.holder === this.peer &&
      active.register?.holder === this.peer &&
      this.table.history !== active.table.history
    ) {
      this.table.become(active.table);
    }
  }
}
