import type { Clock } from '../../ports/clock.ts';
import { AlreadyProcessed, VersionConflict, type Page, type Stored } from '../../ports/record-store.ts';
import type { PackedTransaction, PackedWrite } from '../memory/measure.ts';
import { underWayKey, type Dispatcher } from './dispatcher.ts';
import type { Journal } from './journal.ts';
import type { Names } from './names.ts';
import { RecordCache, type CachedRecord } from './record-cache.ts';
import type { Statements } from './statements.ts';

interface Surroundings {
  readonly statements: Statements;
  readonly names: Names;
  readonly journal: Journal;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

type Mark = NonNullable<PackedTransaction['mark']>;

const absent: CachedRecord = { version: 0, json: '' };
/** Above every character that UTF-8 can hold, so above every key with a given prefix. */
const aboveAll = '\u{10ffff}';

/** Records and processed marks: what a logical transaction checks, then changes. */
export class Transactions {
  readonly #with: Surroundings;
  readonly #cache = new RecordCache();
  /** Marks of events that never came over this bus are rare; while there are none, nobody has to look. */
  #anyForeign: boolean;

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
    this.#anyForeign = surroundings.statements.anyForeign.get() !== undefined;
  }

  get<T>(key: string): Stored<T> | undefined {
    const row = this.#load(key);
    return row.version === 0 ? undefined : { key, version: row.version, value: JSON.parse(row.json) as T };
  }

  list<T>(prefix: string, { after = '', limit = 100 }: { after?: string; limit?: number } = {}): Page<T> {
    const from = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) > 0 ? after : prefix;
    const rows = this.#with.statements.records.all(from, prefix + aboveAll, after, limit + 1);
    const items = rows.slice(0, limit).map(({ key, version, value }) => {
      return { key: String(key), version: Number(version), value: JSON.parse(String(value)) as T };
    });
    const last = items[items.length - 1];
    return rows.length > limit && last !== undefined ? { items, next: last.key } : { items };
  }

  /** Inside a group: everything is checked before anything is changed. @throws VersionConflict, AlreadyProcessed. */
  apply({ mark, writes, events }: PackedTransaction): void {
    for (const { key, expectedVersion } of writes) {
      const { version } = this.#load(key);
      if (version !== expectedVersion) throw new VersionConflict(key, expectedVersion, version);
    }
    // The last check and the first change in one: it either sets the mark or finds it set.
    if (mark !== undefined && !this.#setMark(mark)) throw new AlreadyProcessed(mark.consumer, mark.source, mark.id);
    for (const write of writes) this.#write(write);
    this.#with.journal.append(events);
  }

  clearMark({ consumer, source, id }: Mark, sequence: number): void {
    const { statements, names } = this.#with;
    statements.unmark.run(sequence, names.idOf(consumer));
    if (this.#anyForeign) statements.unmarkForeign.run(names.idOf(consumer), source, id);
  }

  rolledBack(): void {
    this.#cache.clear();
  }

  #setMark(mark: Mark): boolean {
    const { statements, names, journal, dispatcher, clock } = this.#with;
    const consumer = names.idOf(mark.consumer);
    const underWay = dispatcher.queueOf(consumer, mark.consumer).underWay.get(underWayKey(mark));
    const sequence = underWay?.sequence ?? journal.find(mark);
    if (this.#anyForeign && statements.isMarkedForeign.get(consumer, mark.source, mark.id) !== undefined) return false;
    if (sequence !== undefined) return statements.mark.run(sequence, consumer, clock.now()).changes === 1;
    this.#anyForeign = true;
    return statements.markForeign.run(consumer, mark.source, mark.id, clock.now()).changes === 1;
  }

  #write({ key, expectedVersion, json }: PackedWrite): void {
    if (json === undefined) {
      this.#with.statements.deleteRecord.run(key);
      this.#cache.set(key, absent);
    } else {
      const version = expectedVersion + 1;
      this.#with.statements.putRecord.run(key, version, json);
      this.#cache.set(key, { version, json });
    }
  }

  #load(key: string): CachedRecord {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const found = this.#with.statements.record.get(key);
    const row = found === undefined ? absent : { version: Number(found['version']), json: String(found['value']) };
    this.#cache.set(key, row);
    return row;
  }
}
