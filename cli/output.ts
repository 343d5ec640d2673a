import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colour only on a terminal that wants it: `styleText` asks the stream, NO_COLOR and FORCE_COLOR. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A table no wider than the terminal: a row that wraps is read as two. A pipe gets all of it. */
export function printFitted(text: string): void {
  const { isTTY, columns } = process.stdout;
  print(isTTY && columns > 0 ? cut(text, columns) : text);
}

/** Progress and hints go to stderr, so that stdout stays clean for pipes. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The same, no wider than the terminal: a line that wraps breaks the columns of those around it. A file gets all of it. */
export function noteFitted(text: string): void {
  const { isTTY, columns } = process.stderr;
  note(isTTY && columns > 0 ? cut(text, columns) : text);
}

/** Each line at most so wide; a cut is shown by its last character. Colour codes take no room, and are kept. */
export function cut(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (width(line) <= columns ? line : cutLine(line, columns - 1)))
    .join('\n');
}

function cutLine(line: string, room: number): string {
  let left = room;
  let ended = false;
  const parts = line.split(/(\u001b\[[0-9;]*m)/).map((part) => {
    if (part.startsWith('\u001b')) return part;
    const kept = part.slice(0, left);
    const ends = !ended && kept.length < part.length;
    ended ||= ends;
    left -= kept.length;
    return ends ? `${kept}…` : kept;
  });
  return parts.join('');
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Columns as wide as their widest cell; the last is not padded. Cells may carry colour. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === header.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [paint('dim', line(header)), ...rows.map(line)].join('\n');
}

/** Colour codes take no room. */
const colour = /\u001b\[[0-9;]*m/g;
const width = (cell: string): number => cell.replaceAll(colour, '').length;

/** Micro-dollars as dollars a month. By hand: loading the locale data for it takes longer than a small command. */
export function dollars(micros: number): string {
  const [whole = '', cents = '00'] = (micros / 1e6).toFixed(2).split('.');
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
