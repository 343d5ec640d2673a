import { ProblemError } from './problem.ts';

/**
 * The generation of `If-Match: "3"`, with or without quotes; 0 asks that there be none yet.
 * @throws ProblemError 400: a condition that cannot be understood must not become no condition.
 */
export function ifMatch(header: string | undefined): { readonly ifGeneration?: number } {
  if (header === undefined) return {};
  const digits = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(header.trim());
  if (digits === null) {
    throw new ProblemError(400, 'Bad precondition', `If-Match: ${header} is not one generation, such as If-Match: "3"`);
  }
  return { ifGeneration: Number(digits[1] ?? digits[2]) };
}
