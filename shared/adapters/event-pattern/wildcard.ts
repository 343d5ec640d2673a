import { InvalidPattern } from './invalid-pattern.ts';

/**
 * `*` stands for any run of characters, `\*` and `\\` for themselves. Matched by looking for the literal parts in order, which
 * is linear in the text: a regular expression with several stars could be driven into backtracking by a hostile event.
 */
export function wildcardTest(pattern: string, path: string): (value: string) => boolean {
  const literals = split(pattern, path);
  const first = literals[0] ?? '';
  const last = literals[literals.length - 1] ?? '';
  if (literals.length === 1) return (value) => value === first;
  const middle = literals.slice(1, -1);
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let from = first.length;
    for (const literal of middle) {
      const at = value.indexOf(literal, from);
      if (at < 0) return false;
      from = at + literal.length;
    }
    return from <= end;
  };
}

function split(pattern: string, path: string): string[] {
  const literals: string[] = [];
  let literal = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') {
      if (pattern[i + 1] === '*') throw new InvalidPattern(path, `"${pattern}" has consecutive wildcards`);
      literals.push(literal);
      literal = '';
    } else if (character === '\\') {
      literal += escaped(pattern, ++i, path);
    } else {
      literal += character;
    }
  }
  return [...literals, literal];
}

function escaped(pattern: string, at: number, path: string): string {
  const character = pattern.charAt(at);
  if (character === '*' || character === '\\') return character;
  throw new InvalidPattern(path, `"${pattern}" has a backslash that escapes neither * nor another backslash`);
}
