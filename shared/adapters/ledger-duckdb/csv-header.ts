import { open } from 'node:fs/promises';
import { BillRefused } from '../../ports/ledger.ts';

const mostHeaderBytes = 1024 * 1024;

export interface CsvHeader {
  readonly columns: readonly string[];
  readonly delimiter: ',' | ';' | '\t';
}

/** The first bytes of a file of text. @throws BillRefused when they are not UTF-8. */
export async function readStart(path: string, name: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(mostHeaderBytes), 0, mostHeaderBytes, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      throw new BillRefused(name, [{ message: `${name} is UTF-16: export it as UTF-8` }]);
    }
    if (bytes.includes(0)) {
      throw new BillRefused(name, [{ message: `${name} holds NUL characters: it is no text in UTF-8` }]);
    }
    // The last character may be cut; the engine reads, and checks, the whole.
    return new TextDecoder().decode(bytes);
  } finally {
    await file.close();
  }
}

/** The first record of RFC 4180 text, with the delimiter under which it names FOCUS columns. @throws BillRefused */
export async function readCsvHeader(path: string, name: string): Promise<CsvHeader> {
  const start = await readStart(path, name);
  const all = ([',', ';', '\t'] as const).map((delimiter) => ({ delimiter, columns: firstRecord(start, delimiter) }));
  const header = all.sort((a, b) => b.columns.length - a.columns.length)[0] as CsvHeader;
  const seen = new Set<string>();
  for (const column of header.columns) {
    const key = column.toLowerCase();
    if (seen.has(key)) {
      throw new BillRefused(name, [
        { column: column.slice(0, 200), message: `column "${shown(column)}" is there twice` },
      ]);
    }
    seen.add(key);
  }
  return header;
}

export const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function firstRecord(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const each = text[at] as string;
    if (quoted) {
      if (each !== '"') field += each;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (each === '"') quoted = true;
    else if (each === delimiter) {
      fields.push(field);
      field = '';
    } else if (each === '\n' || each === '\r') break;
    else field += each;
  }
  return [...fields, field].map((name) => name.trim());
}
