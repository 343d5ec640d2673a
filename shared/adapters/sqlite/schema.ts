import type { DatabaseSync } from 'node:sqlite';
import { DataFileCorrupt, DataFileTooNew } from './errors.ts';

/**
 * Position n is the step to version n + 1; a published step never changes. Identities and correlation ids are looked up by a
 * 53-bit hash: an index of integers costs a fraction of one of random text, and what it finds is compared in full. The correlation
 * index is kept by runs of 4,096 events: a group then touches a few pages of it, not one for every event it holds.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE consumers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE log (
    sequence INTEGER PRIMARY KEY,
    identity INTEGER NOT NULL UNIQUE,
    correlation INTEGER NOT NULL,
    type TEXT NOT NULL,
    subject TEXT,
    consumers INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX log_by_correlation ON log (sequence >> 12, correlation);
  CREATE TABLE queue (
    consumer INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (consumer, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE marks (
    sequence INTEGER NOT NULL,
    consumer INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (sequence, consumer)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE foreign_marks (
    consumer INTEGER NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (consumer, source, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    since INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE records (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE documents (sha256 TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `,
];

/** Brings the file to the newest known version. @throws DataFileTooNew, DataFileCorrupt. */
export function migrate(db: DatabaseSync, file: string): void {
  const found = versionOf(db, file);
  if (found > migrations.length) throw new DataFileTooNew(file, found, migrations.length);
  for (const [step, sql] of migrations.entries()) {
    if (step < found) continue;
    db.exec('BEGIN IMMEDIATE');
    db.exec(`${sql}; INSERT INTO schema_version (version) VALUES (${step + 1})`);
    db.exec('COMMIT');
  }
}

function versionOf(db: DatabaseSync, file: string): number {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (tables.length === 0) {
    db.exec('CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT');
    return 0;
  }
  if (!tables.some(({ name }) => name === 'schema_version')) {
    throw new DataFileCorrupt(file, 'it is a SQLite file of some other program');
  }
  return Number(db.prepare('SELECT coalesce(max(version), 0) AS version FROM schema_version').get()?.['version']);
}
