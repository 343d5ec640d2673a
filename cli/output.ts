import { styleText } from 'node:util';
import { cents } from '../shared/domain/decimal.ts';

type Style = Parameters<typeof styleText>[0];

/** Colour only on a terminal that wants it: `styleText` asks the stream, NO_COLOR and FORCE_COLOR. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

export function print(line = ''): void {
  process.stdout.write(`${tamed(line)}\n`);
}

/**
 * What a terminal would obey, and what turns the direction of the text, is shown as a mark: names come from tags of bills and from
 * clouds, and anybody may have written them. Line ends, tabs and colours stay.
 */
export function tamed(text: string): string {
  return text.replaceAll(obeyed, '\ufffd');
}

/** Colours are those of `paint`: others could hide what follows. */
const obeyed =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\u001b(?!\[(?:1|2|22|3\d)m)/g;

/** A table no wider than the terminal: a row that wraps is read as two. A pipe gets all of it. */
export function printFitted(text: string): void {
  const { isTTY, columns } = process.stdout;
  print(isTTY && columns > 0 ? cut(text, columns) : text);
}

/** Progress and hints go to stderr, so that stdout stays clean for pipes. */
export function note(line: string): void {
  process.stderr.write(`${tamed(line)}\n`);
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
    .map((line) => (widthOf(line) <= columns ? line : cutLine(line, columns - 1)))
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
  // JSON escapes what is below a space; a terminal obeys some above it too.
  const text = JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f]/g, escaped);
  process.stdout.write(`${text}\n`);
}

const escaped = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`;

/**
 * Columns as wide as their widest cell; the last is not padded. Cells may carry colour.
 * @param figures titles of columns whose cells end under each other, as figures have to that are compared
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  figures: readonly string[] = [],
): string {
  const all = rows.map((row) => row.map(oneLine));
  const widths = header.map((title, i) => Math.max(widthOf(title), ...all.map((row) => widthOf(row[i] ?? ''))));
  const padded = (cell: string, i: number): string => {
    const room = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
    if (figures.includes(header[i] ?? '')) return `${room}${cell}`;
    return i === header.length - 1 ? cell : `${cell}${room}`;
  };
  const line = (cells: readonly string[]): string => cells.map(padded).join('  ').trimEnd();
  return [paint('dim', line(header)), ...all.map(line)].join('\n');
}

/** A name with a line end in it would be read as two rows. */
const oneLine = (cell: string): string => cell.replaceAll(/\s*[\t\r\n]\s*/g, ' ');

/** Colour codes take no room. */
const colour = /\u001b\[[0-9;]*m/g;
export const widthOf = (cell: string): number => cell.replaceAll(colour, '').length;

/** Micro-dollars as dollars a month. */
export const dollars = (micros: number): string => `${micros < 0 ? '-' : ''}$${cents(micros)}`;
