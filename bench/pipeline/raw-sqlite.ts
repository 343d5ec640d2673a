import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { cpuSeconds, used } from './cpu.ts';
import type { Measured } from './ours.ts';
import { order } from './workload.ts';

/**
 * SQLite alone with the bytes and the batch size of our run: every event is inserted, taken out again with the next batch, and
 * every second one puts a record. No matching, no parsing, no deduplication, no handler: the ceiling of this design.
 */
export function rawSqlite(count: number, batch: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-bench-'));
  const db = new DatabaseSync(join(folder, 'raw.sqlite'));
  db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -65536;
    CREATE TABLE log (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE queue (sequence INTEGER PRIMARY KEY);
    CREATE TABLE records (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
  const append = db.prepare('INSERT INTO log VALUES (?, ?)');
  const queue = db.prepare('INSERT INTO queue VALUES (?)');
  const take = db.prepare('DELETE FROM queue WHERE sequence = ?');
  const put = db.prepare('INSERT INTO records VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  const bodies = Array.from({ length: 1000 }, (_, n) => JSON.stringify(order(n, 2000)));
  const record = JSON.stringify({ orders: 1, total: 1, last: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
  const size = Math.max(1, Math.round(batch));
  const cpu = cpuSeconds();
  const start = performance.now();
  for (let first = 0; first < count; first += size) {
    db.exec('BEGIN IMMEDIATE');
    for (let n = first; n < Math.min(first + size, count); n++) {
      append.run(n, bodies[n % bodies.length] ?? '');
      queue.run(n);
      if (n >= size) take.run(n - size);
      if (n % 2 === 0) put.run(`account/account-${n % 2000}`, record);
    }
    db.exec('COMMIT');
  }
  const seconds = (performance.now() - start) / 1000;
  const spent = used(cpu, cpuSeconds());
  db.close();
  rmSync(folder, { recursive: true });
  return { events: count, seconds, cpuSeconds: spent, perGroup: size };
}
