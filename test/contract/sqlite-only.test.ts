import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DataFileCorrupt,
  DataFileTooNew,
  DataFolderInUse,
  openRuntime,
  type EmbeddedRuntime,
} from '../../shared/adapters/sqlite/index.ts';
import { identityHash } from '../../shared/adapters/sqlite/identity.ts';
import { BusUnavailable } from '../../shared/ports/event-bus.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { countOnce } from './count-once.ts';
import { ManualTime, turns, until } from './manual-time.ts';
import { happened, sampleEvent } from './samples.ts';

let folder: string;
let file: string;
let time: ManualTime;
const running: EmbeddedRuntime[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-'));
  file = join(folder, 'data.sqlite');
  time = new ManualTime();
});
afterEach(async () => {
  for (const runtime of running.splice(0)) await runtime.close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<EmbeddedRuntime> {
  const runtime = await openRuntime({ file, clock: time, timer: time, random: () => 0.5, logger: silentLogger });
  running.push(runtime);
  return runtime;
}

async function close(runtime: EmbeddedRuntime): Promise<void> {
  running.splice(running.indexOf(runtime), 1);
  await runtime.close();
}

function collect(runtime: EmbeddedRuntime, consumer = 'test/one', fail = false): string[] {
  const got: string[] = [];
  runtime.bus.subscribe({
    consumer,
    pattern: happened,
    deliver: ({ id }, { attempt }) => {
      got.push(`${id}#${attempt}`);
      return fail ? Promise.reject(new Error('down')) : Promise.resolve();
    },
  });
  return got;
}

describe('a restart', () => {
  it('brings back what was due, delayed and retried', async () => {
    const first = await open();
    collect(first, 'test/one', true);
    await first.bus.start();
    await first.bus.publish([{ event: sampleEvent('failed') }]);
    await until(() => first.stats().retries === 1, 'the first attempt has failed');
    await first.bus.stop();
    await first.bus.publish([
      { event: sampleEvent('due') },
      { event: sampleEvent('delayed'), dueAt: time.now() + 60_000 },
    ]);
    await close(first);

    const second = await open();
    const got = collect(second);
    await second.bus.start();
    await until(() => got.length === 1, 'what was due is delivered');
    expect(got).toEqual(['due#1']);
    time.advance(60_000);
    await until(() => got.length === 3, 'the rest is delivered in time');
    expect(got).toEqual(['due#1', 'failed#2', 'delayed#1']);
    await close(second);

    const third = await open();
    const again = collect(third);
    await third.bus.start();
    await turns();
    expect(again).toEqual([]);
    expect(await third.bus.publish([{ event: sampleEvent('due') }])).toEqual(['duplicate']);
  });

  it('keeps what belongs to consumers that have gone, and says so', async () => {
    const first = await open();
    collect(first, 'test/gone');
    await first.bus.publish([{ event: sampleEvent('a') }, { event: sampleEvent('b') }]);
    await close(first);
    const second = await open();
    await second.bus.start();
    await turns();
    expect(second.stats()).toEqual({
      queued: 0,
      oldestDueAgeMs: 0,
      retries: 0,
      deadLetters: 0,
      published: 2,
      groups: 0,
      abandoned: { 'test/gone': 2 },
    });
    const got = collect(second, 'test/gone');
    await until(() => got.length === 2, 'the consumer came back');
  });

  it('keeps records, documents, dead letters and marks', async () => {
    const mark = { consumer: 'test/one', source: '/contract', id: 'a' };
    const first = await open();
    const deliver = () => Promise.reject(Object.assign(new Error('never'), { terminal: true }));
    first.bus.subscribe({ consumer: 'test/one', pattern: happened, deliver });
    await first.bus.start();
    await first.bus.publish([{ event: sampleEvent('a') }]);
    await first.records.commit({ mark, writes: [{ key: 'k', expectedVersion: 0, value: 1 }], events: [] });
    await first.records.commit({ mark: { ...mark, id: 'elsewhere' }, writes: [], events: [] });
    const ref = await first.documents.put({ large: true });
    await close(first);
    const second = await open();
    expect(await second.records.get('k')).toEqual({ key: 'k', version: 1, value: 1 });
    expect(await second.documents.get(ref)).toEqual({ large: true });
    expect((await second.deadLetters.list()).map(({ event }) => event.id)).toEqual(['a']);
    for (const id of ['a', 'elsewhere']) {
      await expect(second.records.commit({ mark: { ...mark, id }, writes: [], events: [] })).rejects.toThrow('before');
    }
  });
});

describe('group commit', () => {
  it('writes what arrives together with one transaction, and refuses only what must be refused', async () => {
    const runtime = await open();
    const before = statSync(`${file}-wal`).size;
    await runtime.records.commit({ writes: [{ key: 'warm', expectedVersion: 0, value: 0 }], events: [] });
    const single = statSync(`${file}-wal`).size - before;
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        runtime.records.commit({
          writes: [{ key: `k${i}`, expectedVersion: i % 10 === 0 ? 7 : 0, value: i }],
          events: [{ event: sampleEvent(`e${i}`) }],
        }),
      ),
    );
    const grown = statSync(`${file}-wal`).size - before - single;
    expect(results.filter(({ status }) => status === 'rejected').length).toBe(10);
    expect((await runtime.log.read({ limit: 200 })).length).toBe(90);
    // Each transaction writes at least one page to the WAL; a shared one writes each page once.
    expect(grown).toBeLessThan(90 * single);
  });

  it('refuses everything after close', async () => {
    const runtime = await open();
    const late = runtime.bus.publish([{ event: sampleEvent('written') }]);
    await close(runtime);
    await expect(late).resolves.toEqual(['accepted']);
    await expect(runtime.bus.publish([{ event: sampleEvent('late') }])).rejects.toBeInstanceOf(BusUnavailable);
  });
});

describe('identities', () => {
  it('that share a hash are told apart by what they say', async () => {
    const first = await open();
    await first.bus.publish([{ event: sampleEvent('one') }]);
    await close(first);
    const db = new DatabaseSync(file);
    db.prepare('UPDATE log SET identity = ?').run(identityHash(sampleEvent('two')));
    db.close();
    const second = await open();
    const publish = (id: string) => second.bus.publish([{ event: sampleEvent(id) }]);
    expect(await publish('two')).toEqual(['accepted']);
    expect(await publish('two')).toEqual(['duplicate']);
    const mark = { consumer: 'test/one', source: '/contract', id: 'two' };
    await second.records.commit({ mark, writes: [], events: [] });
    await expect(second.records.commit({ mark, writes: [], events: [] })).rejects.toThrow('before');
    expect((await second.log.read({})).map(({ event }) => event.id)).toEqual(['one', 'two']);
  });
});

describe('the log', () => {
  it('finds a correlation across runs of its index, both ways', async () => {
    const runtime = await open();
    for (let page = 0; page < 9; page++) {
      const ids = Array.from({ length: 1000 }, (_, i) => `e${page * 1000 + i}`);
      await runtime.bus.publish(
        ids.map((id, i) => ({ event: sampleEvent(id, { correlationid: i === 7 ? 'chain' : id }) })),
      );
    }
    const read = async (query: { after?: number; before?: number; limit?: number; reverse?: boolean }) =>
      (await runtime.log.read({ correlationid: 'chain', ...query })).map(({ event }) => event.id);
    expect(await read({})).toEqual(Array.from({ length: 9 }, (_, page) => `e${page * 1000 + 7}`));
    expect(await read({ after: 1008, limit: 6 })).toEqual(['e2007', 'e3007', 'e4007', 'e5007', 'e6007', 'e7007']);
    expect(await read({ reverse: true, limit: 2 })).toEqual(['e8007', 'e7007']);
    expect(await read({ reverse: true, before: 7008, limit: 2 })).toEqual(['e6007', 'e5007']);
    expect(await read({ after: 1008, before: 4008 })).toEqual(['e2007', 'e3007']);
    expect(await runtime.log.read({ correlationid: 'other' })).toEqual([]);
  });
});

describe('a backlog', () => {
  it('beyond what memory holds is read from the file, in order', async () => {
    const runtime = await open();
    const got = collect(runtime);
    const text = 'x'.repeat(200_000);
    // 40 MB of bodies: more than are held.
    for (let page = 0; page < 10; page++) {
      const ids = Array.from({ length: 20 }, (_, i) => `e${page * 20 + i}`);
      await runtime.bus.publish(ids.map((id) => ({ event: sampleEvent(id, { subject: 'same', data: { text } }) })));
    }
    await runtime.bus.start();
    await until(() => got.length === 200, 'all of it is delivered');
    expect(got).toEqual(Array.from({ length: 200 }, (_, i) => `e${i}#1`));
  });
});

describe('processed marks', () => {
  it('are forgotten a week later, and not before', async () => {
    const runtime = await open();
    const mark = { consumer: 'test/one', source: '/contract', id: 'a' };
    const set = (id: string) => runtime.records.commit({ mark: { ...mark, id }, writes: [], events: [] });
    await runtime.bus.publish([{ event: sampleEvent('a') }]);
    await set('a');
    await set('foreign');
    await runtime.bus.start();
    time.advance(6 * 86_400_000);
    await runtime.documents.put('anything');
    await expect(set('a')).rejects.toThrow('before');
    time.advance(86_400_000);
    // One step a minute, written with whatever group comes next.
    for (const minute of [1, 2]) {
      time.advance(60_000);
      await runtime.documents.put(minute);
    }
    await set('a');
    await set('foreign');
  });
});

describe('a data file', () => {
  it('of another process is left alone', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-crash.child.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      await expect(open()).rejects.toBeInstanceOf(DataFolderInUse);
      await expect(open()).rejects.toThrow(`data folder ${folder} is in use by another process`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await open();
  });

  it('is held against a second opening in the same process', async () => {
    await open();
    await expect(open()).rejects.toBeInstanceOf(DataFolderInUse);
  });

  it('that is damaged is named, not touched', async () => {
    writeFileSync(file, 'this is not a database, and longer than the header of one would be: '.repeat(20));
    await expect(open()).rejects.toBeInstanceOf(DataFileCorrupt);
    await expect(open()).rejects.toThrow(`data file ${file} is damaged (it is not a SQLite file)`);
  });

  it('with damaged pages is found out', async () => {
    const runtime = await open();
    await runtime.bus.publish(Array.from({ length: 500 }, (_, i) => ({ event: sampleEvent(`e${i}`) })));
    await close(runtime);
    const pages = openSync(file, 'r+');
    for (let page = 3; page < 40; page++) writeSync(pages, Buffer.alloc(200, 0xff), 0, 200, page * 4096);
    await expect(open()).rejects.toBeInstanceOf(DataFileCorrupt);
  });

  it('of another program or a later release is refused', async () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    await expect(open()).rejects.toThrow('some other program');
    rmSync(file);
    await close(await open());
    const later = new DatabaseSync(file);
    later.exec('INSERT INTO schema_version (version) VALUES (999)');
    later.close();
    await expect(open()).rejects.toBeInstanceOf(DataFileTooNew);
    await expect(open()).rejects.toThrow('schema version 999; this release knows up to 1');
  });

  it('copied between two commits is whole', async () => {
    const runtime = await open();
    await runtime.bus.publish([{ event: sampleEvent('a') }]);
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    const second = await openRuntime({ file: copy, clock: time, random: () => 0.5, logger: silentLogger });
    expect((await second.log.read({})).map(({ event }) => event.id)).toEqual(['a']);
    await second.close();
  });
});

describe('SIGKILL in a stream of commits', () => {
  it('loses nothing that was acknowledged and does nothing twice', { timeout: 60_000 }, async () => {
    const acknowledged = new Set<number>();
    // Prime numbers of acknowledgements: the kills fall on different moments of the groups of eight.
    for (const lines of [3, 53, 211, 499, 997]) {
      const first = acknowledged.size === 0 ? 0 : Math.max(...acknowledged) + 1;
      const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-crash.child.ts'), file, String(first)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let seen = 0;
      const reader = createInterface({ input: child.stdout });
      reader.on('line', (line) => {
        acknowledged.add(Number(line));
        if (++seen === lines) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      expect(seen).toBeGreaterThanOrEqual(lines);
    }
    const runtime = await openRuntime({ file, clock: Date, random: () => 0.5, logger: silentLogger });
    running.push(runtime);
    const left = Object.values(runtime.stats().abandoned).reduce((sum, n) => sum + n, 0);
    countOnce(runtime);
    await runtime.bus.start();
    await until(() => runtime.stats().queued === 0, `the ${left} deliveries left over are handled`);
    const log = await runtime.log.read({ limit: 1_000_000 });
    const published = log.filter(({ event }) => event.type === 'contract.happened');
    const counted = log.filter(({ event }) => event.type === 'contract.counted');
    const ids = new Set(published.map(({ event }) => event.id));
    for (const n of acknowledged) expect(ids.has(`n${n}`), `event ${n} was acknowledged`).toBe(true);
    const counts = (await runtime.records.list<number>('count/')).items.map(({ value }) => value);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(published.length);
    expect(counted.length).toBe(published.length);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});
