import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** MS-DOS time of 1980-01-01, the first it has: the same content gives the same bytes, whenever and wherever. */
const [time, date] = [0, (1 << 5) | 1];
const version = 20;
const deflated = 8;
/** Bit 11: names are UTF-8. */
const flags = 0x0800;
/** Made on Unix, a regular file that everybody may read. */
const madeBy = (3 << 8) | version;
const mode = 0o100644 * 0x10000;

/**
 * A zip archive with its entries in order of name. Node has no archiver, and those of others write times and owners.
 * Source: PKWARE APPNOTE 6.3.10.
 * @throws RangeError for an archive beyond the old format's limits (Lambda, Azure and Google Cloud refuse those anyway).
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const data = deflateRawSync(content, { level: 9 });
    const path = Buffer.from(name);
    const about = describe(crc32(content), data.length, content.length, path.length);
    const local = Buffer.concat([u32(0x04034b50), u16(version), about, u16(0), path, data]);
    directory.push(
      Buffer.concat([u32(0x02014b50), u16(madeBy), u16(version), about, u16(0, 0, 0, 0), u32(mode, offset), path]),
    );
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  if (offset + size > 0xffffffff || entries.length > 0xffff) throw new RangeError('too much for a zip archive');
  const end = [u32(0x06054b50), u16(0, 0, entries.length, entries.length), u32(size, offset), u16(0)];
  return Buffer.concat([...parts, ...directory, ...end]);
}

const describe = (crc: number, packed: number, unpacked: number, nameLength: number): Buffer =>
  Buffer.concat([u16(flags, deflated, time, date), u32(crc, packed, unpacked), u16(nameLength)]);

function u16(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16LE(value, index * 2));
  return buffer;
}

function u32(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value >>> 0, index * 4));
  return buffer;
}
