import { readFileSync } from 'node:fs';
import { CliError, exitCode } from './exit.ts';

/** The text of a file, or of standard input for `-`. */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    throw new CliError(exitCode.badInput, `${file}: ${why}`);
  }
}

export function wholeNumber(text: string, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new CliError(exitCode.badInput, `${name}: found "${text}", expected a whole number from ${least} to ${most}`);
  }
  return value;
}
