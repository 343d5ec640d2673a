import { dirname } from 'node:path';

/** Another process works with this data folder; two would hand out every event twice. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(file: string, options?: ErrorOptions) {
    super(
      `data folder ${dirname(file)} is in use by another process: stop that one, or start with another data folder`,
      options,
    );
  }
}

/** The file cannot be read as ours. Nothing in it has been changed. */
export class DataFileCorrupt extends Error {
  override readonly name = 'DataFileCorrupt';
  constructor(file: string, finding: string, options?: ErrorOptions) {
    super(
      `data file ${file} is damaged (${finding}): move it and its -wal file away and restore them from a backup, ` +
        'or start with an empty data folder',
      options,
    );
  }
}

/** Written by a later release; reading it with this one could lose what it does not know. */
export class DataFileTooNew extends Error {
  override readonly name = 'DataFileTooNew';
  constructor(file: string, found: number, known: number) {
    super(`data file ${file} has schema version ${found}; this release knows up to ${known}: upgrade homeostasis`);
  }
}

/** The file, or its folder, does not let itself be opened for writing. Nothing has been changed. */
export class DataFileUnavailable extends Error {
  override readonly name = 'DataFileUnavailable';
  constructor(file: string, finding: string, options?: ErrorOptions) {
    super(
      `data file ${file} cannot be opened (${finding}): make it and its folder writable and see that there is room, ` +
        'or start with another data folder',
      options,
    );
  }
}

const busy = 5;
const locked = 6;
const readOnly = 8;
const inputOutput = 10;
const full = 13;
const cannotOpen = 14;
const corrupt = 11;
const notADatabase = 26;

/** What opening a file failed of, in our terms; undefined when it is none of these. */
export function openingError(file: string, error: unknown): Error | undefined {
  if (isSystemError(error)) return new DataFileUnavailable(file, error.message, { cause: error });
  const code = sqliteCode(error);
  if (code === undefined) return undefined;
  // The low byte is the primary code; the rest tells the circumstances.
  const primary = code & 0xff;
  if (primary === busy || primary === locked) return new DataFolderInUse(file, { cause: error });
  if (primary === corrupt) return new DataFileCorrupt(file, 'its pages are malformed', { cause: error });
  if (primary === notADatabase) return new DataFileCorrupt(file, 'it is not a SQLite file', { cause: error });
  if ([readOnly, inputOutput, full, cannotOpen].includes(primary)) {
    return new DataFileUnavailable(file, (error as Error).message, { cause: error });
  }
  return undefined;
}

/** What the file system said before SQLite was asked: no permission, a read-only disk, a folder in its place. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** SQLite's extended result code, when the error is SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR') return undefined;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode : 1;
}
