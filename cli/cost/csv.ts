/** RFC 4180: lines end in CR LF, fields are quoted where they have to be, a quote is doubled; null is an empty field. */
export function csv(columns: readonly string[], rows: readonly Readonly<Record<string, string | null>>[]): string {
  const line = (fields: readonly (string | null)[]): string => `${fields.map(field).join(',')}\r\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? null))).join('');
}

const number = /^-?\d+(\.\d+)?$/;

/**
 * What a spreadsheet would take for a formula gets an apostrophe in front: names in here come from tags, which anybody may have written.
 * A negative number is none.
 */
function field(value: string | null): string {
  if (value === null) return '';
  const tame = /^[=+\-@\t\r]/.test(value) && !number.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}
