import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCode } from '../exit.ts';

/** Where a control plane on one machine keeps what it must not lose, readable by its owner alone. */
export interface DataFolder {
  readonly path: string;
  readonly databaseFile: string;
  readonly sandboxFile: string;
  readonly token: string;
}

export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return {
      path,
      databaseFile: join(path, 'homeostasis.db'),
      sandboxFile: join(path, 'sandbox.json'),
      token: ownToken(join(path, 'token')),
    };
  } catch (error) {
    throw new CliError(exitCode.failed, `cannot use the data folder ${path}: ${(error as Error).message}`);
  }
}

/** Made once; whoever can read the file may use the control plane. */
function ownToken(file: string): string {
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // A folder that was copied about may have lost its modes.
    chmodSync(file, 0o600);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 32) throw new Error(`${file} holds no usable token: remove it and start again`);
  return token;
}
