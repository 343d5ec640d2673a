import { dayName, dayNumber } from '../../shared/domain/calendar.ts';
import { CliError, exitCode } from '../exit.ts';

/** @throws CliError naming the option, where it is no month. */
export function monthOf(text: string, option: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new CliError(exitCode.badInput, `${option}: found "${text}", expected a month such as 2026-11`);
}

/** @throws CliError naming the option, where it is no day. */
export function dayOf(text: string, option: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new CliError(exitCode.badInput, `${option}: found "${text}", expected a day such as 2026-11-07`);
}

/**
 * Days as people say them, the last one included: `2026-11-10 to 2026-11-11`, or one day.
 * @param to the first day that is not in it
 */
export function spanOf(from: string, to: string): string {
  const last = dayName(dayNumber(to) - 1);
  return last <= from ? from : `${from} to ${last}`;
}
