import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { BusUnavailable } from '../../ports/event-bus.ts';
import { VersionConflict } from '../../ports/record-store.ts';
import { silentLogger } from '../../ports/logger.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './schema.ts';
import { prepareStatements, type Statements } from './statements.ts';

let statements: Statements;
let group: GroupCommit;
let told: string[];

beforeEach(() => {
  const db = new DatabaseSync(':memory:');
  migrate(db, ':memory:');
  statements = prepareStatements(db);
  told = [];
  const hooks = { committed: () => told.push('committed'), rolledBack: () => told.push('rolled back') };
  group = new GroupCommit(statements, hooks, silentLogger);
});

const put = (key: string) => group.submit(() => void statements.putRecord.run(key, 1, '{}'));
const stored = (key: string) => statements.record.get(key) !== undefined;

describe('a group', () => {
  it('shares one transaction among all of a turn', async () => {
    await Promise.all(['a', 'b', 'c'].map(put));
    expect([group.written, told]).toEqual([1, ['committed']]);
    await put('d');
    expect(group.written).toBe(2);
  });

  it('refuses alone who refused itself', async () => {
    const refused = group.submit(() => {
      throw new VersionConflict('b', 1, 2);
    });
    const results = await Promise.allSettled([put('a'), refused, put('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([stored('a'), stored('c')]).toEqual([true, true]);
  });

  it.each([
    ['SQLite fails', () => void statements.putRecord.run('half', null, null)],
    [
      'a job fails half way',
      () => {
        statements.putRecord.run('half', 1, '{}');
        throw new TypeError('a defect');
      },
    ],
  ])('keeps nothing when %s, tells everybody, and goes on', async (_, job) => {
    const results = await Promise.allSettled([put('a'), group.submit(job), put('c')]);
    for (const result of results) {
      expect(result.status === 'rejected' && result.reason instanceof BusUnavailable).toBe(true);
    }
    expect([stored('a'), stored('half'), stored('c')]).toEqual([false, false, false]);
    expect(told).toEqual(['rolled back']);
    await put('a');
    expect(stored('a')).toBe(true);
  });

  it('takes acknowledgements along, and does not lose them when it fails', async () => {
    let runs = 0;
    group.defer(() => void runs++);
    await expect(group.submit(() => void statements.putRecord.run('half', null, null))).rejects.toThrow(
      'the data file could not be written',
    );
    await put('a');
    expect(runs).toBe(2);
    await put('b');
    expect(runs).toBe(2);
  });

  it('writes what waits when it closes, and takes no more', async () => {
    const last = put('a');
    group.close();
    await last;
    expect(stored('a')).toBe(true);
    await expect(put('b')).rejects.toBeInstanceOf(BusUnavailable);
  });
});
