import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
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
  let db: DatabaseSync | undefined;
  try {
    keepPrivate(file);
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

/**
 * It holds every spec and every event: for its owner alone, whatever the umask and wherever the file was copied from. SQLite gives
 * the files beside it (-wal, -shm) the mode of the data file when it makes them; those of before are put right here.
 */
function keepPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  for (const each of [file, `${file}-wal`, `${file}-shm`]) {
    const mode = statSync(each, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(each, mode & 0o700);
  }
}
