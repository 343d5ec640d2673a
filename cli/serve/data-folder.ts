import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCode } from '../exit.ts';

/** Where a control plane on one machine keeps what it must not lose, readable by its owner alone. */
export interface DataFolder {
  readonly path: string;
  readonly databaseFile: string;
  /** Where the running control plane answers; there only while it runs. */
  readonly urlFile: string;
  readonly sandboxFile: string;
  readonly token: string;
}

export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return {
      path,
      databaseFile: join(path, 'homeostasis.db'),
      urlFile: join(path, 'url'),
      sandboxFile: join(path, 'sandbox.json'),
      token: ownToken(join(path, 'token')),
    };
  } catch (error) {
    throw new CliError(
      exitCode.failed,
      `cannot use the data folder ${path}: ${(error as Error).message}; make it writable, or choose another with --data`,
    );
  }
}

/**
 * The token of `server.tokenFile`, beside the data folder's own.
 * @throws CliError (bad input) when it cannot be read, or is so short that it could be guessed.
 */
export function readTokenFile(file: string): string {
  const refuse = (why: string): CliError =>
    new CliError(
      exitCode.badInput,
      `server.tokenFile ${file}: ${why}; it must be readable by this user and hold one token of at least 32 characters`,
    );
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (token.length < 32) throw refuse(token === '' ? 'it is empty' : 'its token is too short');
    return token;
  } catch (error) {
    throw error instanceof CliError ? error : refuse((error as Error).message);
  }
}

/** Made once, and whole or not at all; whoever can read the file may use the control plane. */
function ownToken(file: string): string {
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, randomBytes(32).toString('base64url'), { mode: 0o600 });
    // Killed between creating and writing, an empty token would lock everybody out; and of two that start at once, one makes it.
    try {
      linkSync(fresh, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(fresh);
    }
  }
  // A folder that was copied about may have lost its modes.
  chmodSync(file, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 32) throw new Error(`${file} holds no usable token: remove it and start again`);
  return token;
}
