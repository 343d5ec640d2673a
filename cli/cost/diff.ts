/** Lines around a change that are shown with it. */
const around = 3;

/**
 * Two texts as a unified diff, with `---` and `+++`; nothing where they are the same. Texts are short (one service): the longest common
 * subsequence is found by the table.
 */
export function unifiedDiff(before: string, after: string, [from, to]: readonly [string, string]): readonly string[] {
  const lines = compared(before.split('\n'), after.split('\n'));
  const changed = lines.flatMap(({ kind }, i) => (kind === ' ' ? [] : [i]));
  if (changed.length === 0) return [];
  return [`--- ${from}`, `+++ ${to}`, ...hunks(changed).flatMap((span) => hunk(lines, span))];
}

interface Line {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

function compared(a: readonly string[], b: readonly string[]): readonly Line[] {
  const lengths = commonLengths(a, b);
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? -1;
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: ' ', text: a[i++] ?? '' });
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      lines.push({ kind: '-', text: a[i++] ?? '' });
    } else {
      lines.push({ kind: '+', text: b[j++] ?? '' });
    }
  }
  return lines;
}

/** [i][j]: how long the longest common subsequence of what begins at i and at j is. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, () => 0)];
  for (const line of a.toReversed()) {
    const below = rows[0] ?? [];
    const row = [0];
    for (let j = b.length - 1; j >= 0; j--) {
      row.unshift(line === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[0] ?? 0));
    }
    rows.unshift(row);
  }
  return rows;
}

type Span = readonly [first: number, last: number];

/** Changes whose surroundings touch are one piece. */
function hunks(changed: readonly number[]): readonly Span[] {
  const spans: [number, number][] = [];
  for (const at of changed) {
    const last = spans.at(-1);
    if (last !== undefined && at - last[1] <= 2 * around) last[1] = at;
    else spans.push([at, at]);
  }
  return spans.map(([first, last]) => [Math.max(0, first - around), last + around]);
}

function hunk(lines: readonly Line[], [first, last]: Span): readonly string[] {
  const before = lines.slice(0, first);
  const shown = lines.slice(first, last + 1);
  const count = (of: readonly Line[], kind: '-' | '+'): number =>
    of.filter((each) => [' ', kind].includes(each.kind)).length;
  const range = (kind: '-' | '+'): string => `${kind}${count(before, kind) + 1},${count(shown, kind)}`;
  return [`@@ ${range('-')} ${range('+')} @@`, ...shown.map(({ kind, text }) => `${kind}${text}`)];
}
