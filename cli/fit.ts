import { cut, print, table, widthOf } from './output.ts';

export interface Fitting {
  /** Titles of columns whose cells end under each other. They are never shortened. */
  readonly figures?: readonly string[];
  /** Titles of columns that are of no use when they are shortened: what is typed again. */
  readonly whole?: readonly string[];
}

/** What is kept of a column that is shortened. */
const least = 12;
/** Of the last one, which explains the others: more, as long as there is room. */
const leastLast = 24;

/** A table as wide as the terminal at most: names and words give way, figures stay. A pipe gets all of it. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[], how: Fitting = {}): void {
  const { isTTY, columns } = process.stdout;
  if (!isTTY || !(columns > 0)) return print(table(header, rows, how.figures));
  print(cut(fitted(header, rows, { ...how, columns }), columns));
}

/** The same as text. What cannot be made narrow enough stays wider. Pure. */
export function fitted(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, figures = [], whole = [] }: Fitting & { readonly columns: number },
): string {
  const widths = header.map((title, i) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i] ?? ''))));
  const last = header.length - 1;
  const fixed = new Set([...figures, ...whole]);
  const giving = header.flatMap((title, i) => (fixed.has(title) || i === last ? [] : [i]));
  const over = (): number => widths.reduce((sum, each) => sum + each + 2, -2) - columns;
  const give = (i: number, floor: number, most: number): void => {
    const width = widths[i] ?? 0;
    widths[i] = Math.max(Math.min(width, Math.max(floor, widthOf(header[i] ?? ''))), width - most);
  };
  if (!fixed.has(header[last] ?? '')) give(last, leastLast, Math.max(0, over()));
  // One character at a time from the widest: columns come out alike.
  for (let left = over(); left > 0; left--) {
    const [widest] = giving.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined) break;
    give(widest, least, 1);
  }
  const narrow = rows.map((row) => row.map((cell, i) => (i === last ? cut : middle)(cell, widths[i] ?? 0)));
  return table(header, narrow, figures);
}

/** What a name ends in tells most (a runtime, a month, a kind of file); of what carries colour the beginning is kept. */
function middle(cell: string, width: number): string {
  if (widthOf(cell) <= width) return cell;
  if (cell.includes('\u001b')) return cut(cell, width);
  const head = Math.ceil((width - 1) / 3);
  return `${cell.slice(0, head)}…${cell.slice(cell.length - (width - 1 - head))}`;
}
