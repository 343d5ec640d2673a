import { distance } from 'fastest-levenshtein';

/** Something wrong in a document, where it stands. `line` and `column` count from 1. */
export interface SpecProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `spec.services[2].resources.cpu`; empty for the document as a whole. */
  readonly field: string;
  /** What was found, in a sentence without a full stop. */
  readonly message: string;
  /** The offending value as a person would write it, shortened; empty where something is missing. */
  readonly found: string;
  /** What may stand there instead. */
  readonly allowed?: readonly string[];
  /** The allowed word that is closest to what was written. */
  readonly suggestion?: string;
}

export type Path = readonly (string | number)[];

/** A problem before its place in the text is known. */
export interface Finding {
  readonly path: Path;
  /** Point at the key rather than at its value: for keys that should not be there. */
  readonly atKey?: true;
  readonly message: string;
  readonly found?: unknown;
  readonly allowed?: readonly string[];
  readonly suggestion?: string;
  readonly severity?: 'warning';
}

/** One line: `file:line:column: field: what was found; what is allowed (did you mean "x"?)`. */
export function formatProblem(problem: SpecProblem): string {
  const { file, line, column, field, message, allowed, suggestion } = problem;
  const place = `${file}:${line}:${column}: ${field === '' ? '' : `${field}: `}`;
  // A near miss in a key needs no list of all the others.
  const listed = allowed === undefined || (message === unknownKey && suggestion !== undefined) ? '' : list(allowed);
  return `${place}${message}${listed}${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}`;
}

export const unknownKey = 'unknown key';

function list(allowed: readonly string[]): string {
  const shown = allowed.slice(0, 30).join(', ');
  return `; allowed: ${shown}${allowed.length > 30 ? ` and ${allowed.length - 30} more` : ''}`;
}

/** `['spec', 'services', 2, 'env', 'a.b']` → `spec.services[2].env["a.b"]`. */
export function fieldOf(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$-]+$/.test(part)) return `[${JSON.stringify(shorten(part))}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The closest of the words, if it is close enough to be a slip of the hand. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  // A slip of the hand is short; comparing a page of text with every word is not worth its time.
  if (word.length > 64) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  // Of one letter, any other would be "close".
  let bound = word.length === 1 ? 0 : Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of words) {
    const apart = steps(lower, each.toLowerCase());
    if (apart < bound) [best, bound] = [each, apart];
  }
  return best;
}

/** Slips between two words; letters in the wrong order (`gpc`) are one slip, though two edits. */
function steps(a: string, b: string): number {
  const sorted = (word: string): string => [...word].sort().join('');
  return a !== b && a.length === b.length && sorted(a) === sorted(b) ? 1 : distance(a, b);
}

/** The words nearest to what was written, closest first: for long lists such as places and regions. */
export function closeTo(word: string, words: readonly string[], count = 5): readonly string[] {
  return words
    .map((each) => ({ each, apart: steps(word.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart || (a.each < b.each ? -1 : 1))
    .slice(0, count)
    .map(({ each }) => each);
}

/** A value as a person would write it; a list or a mapping is only named. */
export function describeValue(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return shorten(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
