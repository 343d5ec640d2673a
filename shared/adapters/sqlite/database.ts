import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFileCorrupt, openingError } from './errors.ts';
import { migrate } from './schema.ts';

/**
 * Opens the one data file: exclusively (a second process is told so), checked, and at the newest schema.
 * WAL with synchronous=FULL: a commit returns when its bytes are on the disk.
 * @throws DataFolderInUse, DataFileCorrupt, DataFileTooNew, DataFileUnavailable.
 */
export function openDatabase(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    // Checkpoints copy each page once however often it changed since the last: rarer is cheaper, 64 MB of WAL is little.
    db.exec('PRAGMA wal_autocheckpoint = 4096');
    db.exec('PRAGMA cache_size = -65536');
    // Exclusive locking takes its lock with the first write.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    const finding = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (finding !== 'ok') throw new DataFileCorrupt(file, String(finding));
    migrate(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw openingError(file, error) ?? error;
  }
}
