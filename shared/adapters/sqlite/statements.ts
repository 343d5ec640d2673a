import type { DatabaseSync } from 'node:sqlite';

/** Prepared once: parsing SQL for every event would cost more than running it. */
export function prepareStatements(db: DatabaseSync) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: () => db.exec('ROLLBACK'),
    inTransaction: () => db.isTransaction,
    appendLog: db.prepare(
      `INSERT INTO log (sequence, identity, correlation, type, subject, consumers, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (identity) DO NOTHING`,
    ),
    byIdentity: db.prepare('SELECT sequence, body FROM log WHERE identity = ?'),
    bySequence: db.prepare('SELECT body, subject FROM log WHERE sequence = ?'),
    lastSequence: db.prepare('SELECT coalesce(max(sequence), 0) AS last FROM log'),
    queue: db.prepare(
      'INSERT INTO queue (consumer, sequence, due_at, attempts) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING',
    ),
    unqueue: db.prepare('DELETE FROM queue WHERE consumer = ? AND sequence = ?'),
    postpone: db.prepare('UPDATE queue SET attempts = ?, due_at = ? WHERE consumer = ? AND sequence = ?'),
    queued: db.prepare(
      `SELECT consumer, sequence, due_at, attempts, subject FROM queue JOIN log USING (sequence) ORDER BY sequence`,
    ),
    mark: db.prepare('INSERT INTO marks (sequence, consumer, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    unmark: db.prepare('DELETE FROM marks WHERE sequence = ? AND consumer = ?'),
    markForeign: db.prepare(
      'INSERT INTO foreign_marks (consumer, source, id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    isMarkedForeign: db.prepare('SELECT 1 FROM foreign_marks WHERE consumer = ? AND source = ? AND id = ?'),
    unmarkForeign: db.prepare('DELETE FROM foreign_marks WHERE consumer = ? AND source = ? AND id = ?'),
    anyForeign: db.prepare('SELECT 1 FROM foreign_marks LIMIT 1'),
    pruneMarks: db.prepare(
      `DELETE FROM marks WHERE at < ? AND sequence IN (SELECT DISTINCT sequence FROM marks ORDER BY sequence LIMIT ?)`,
    ),
    pruneForeign: db.prepare(
      `DELETE FROM foreign_marks WHERE (consumer, source, id) IN
       (SELECT consumer, source, id FROM foreign_marks WHERE at < ? LIMIT ?)`,
    ),
    record: db.prepare('SELECT version, value FROM records WHERE key = ?'),
    // One lower bound: of two, SQLite may seek to the lesser, and read all that lies before the prefix.
    records: db.prepare(
      'SELECT key, version, value FROM records WHERE key >= ? AND key < ? AND key <> ? ORDER BY key LIMIT ?',
    ),
    putRecord: db.prepare(
      `INSERT INTO records (key, version, value) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value`,
    ),
    deleteRecord: db.prepare('DELETE FROM records WHERE key = ?'),
    putDocument: db.prepare('INSERT INTO documents (sha256, body) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    document: db.prepare('SELECT body FROM documents WHERE sha256 = ?'),
    bury: db.prepare(
      'INSERT INTO dead_letters (consumer, sequence, attempts, name, message, since) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    deadLetters: db.prepare(
      `SELECT id, consumer, attempts, name, message, since, body FROM dead_letters JOIN log USING (sequence)
       WHERE id > ? ORDER BY id LIMIT ?`,
    ),
    deadLetter: db.prepare('SELECT id, consumer, sequence FROM dead_letters WHERE id = ?'),
    deadAfter: db.prepare('SELECT id, consumer, sequence FROM dead_letters WHERE id > ? ORDER BY id LIMIT 500'),
    unbury: db.prepare('DELETE FROM dead_letters WHERE id = ?'),
    countDead: db.prepare('SELECT count(*) AS count FROM dead_letters'),
  } as const;
}

export type Statements = ReturnType<typeof prepareStatements>;
