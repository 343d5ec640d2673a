import { ProblemError } from './problem.ts';

/** Nothing real nests deeper; far deeper nesting ends serialisers (ours and those of whoever reads the event) in a stack overflow. */
const deepest = 100;

/** The body as text. @throws ProblemError 400 rather than storing other characters than were sent. */
export function decodeText(body: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ProblemError(400, 'Malformed text', 'the body is not valid UTF-8');
  }
}

/** @throws ProblemError 400 for what is not JSON, or is nested too deeply. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProblemError(400, 'Malformed JSON', `the body is not JSON: ${(error as Error).message}`);
  }
  if (isDeeper(value, deepest)) {
    throw new ProblemError(400, 'Malformed JSON', `the body is nested more than ${deepest} levels deep`);
  }
  return value;
}

/** Level by level, so that depth costs no stack here. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
