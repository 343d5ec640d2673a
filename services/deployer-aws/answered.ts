import { codeOf, translate } from './errors.ts';

/**
 * Runs one API call; what goes wrong becomes an error of the port. `unless` names codes that are an answer to what was asked
 * ("no such cluster"), told as undefined.
 */
export async function answered<T>(
  doing: string,
  call: () => Promise<T>,
  unless: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (unless.includes(codeOf(error))) return undefined;
    throw translate(error, doing);
  }
}

/** For a field the API always fills: its absence is an answer nobody can work with, and worth another try. */
export function given<T>(value: T | undefined, field: string, doing: string): T {
  if (value === undefined) throw new Error(`${doing}: AWS answered without ${field}`);
  return value;
}
