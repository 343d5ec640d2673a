import { createHash } from 'node:crypto';
import { looksLikeBill } from './bill-format.ts';

/** One object of a place: a file, a blob. */
export interface PlaceObject {
  /** With `/` between folders, whatever the place itself writes. */
  readonly key: string;
  /** Changes whenever the content does. */
  readonly version: string;
  readonly bytes: number;
  /** Epoch ms. */
  readonly writtenAt: number;
}

/** Objects that one export wrote together; a bill is all of them or none. */
export interface PartSet {
  readonly location: string;
  readonly version: string;
  readonly bytes: number;
  readonly writtenAt: number;
  readonly parts: readonly PlaceObject[];
}

/**
 * Which objects belong together:
 * - AWS Data Exports: those in one folder below `BILLING_PERIOD=YYYY-MM/`; of several such folders (an export that keeps what it wrote)
 *   the one that was written last;
 * - Azure Cost Management exports: those of one run below `YYYYMMDD-YYYYMMDD/`; of several runs the last;
 * - BigQuery's export to Cloud Storage: `name-000000000000.parquet` and on;
 * - anything else stands alone.
 */
export function partSets(objects: readonly PlaceObject[]): readonly PartSet[] {
  const groups = new Map<string, Map<string, PlaceObject[]>>();
  for (const object of objects) {
    if (!looksLikeBill(object.key)) continue;
    const { group, set } = placeOf(object.key);
    const sets = groups.get(group) ?? new Map<string, PlaceObject[]>();
    sets.set(set, [...(sets.get(set) ?? []), object]);
    groups.set(group, sets);
  }
  return [...groups.values()].map((sets) => {
    const all = [...sets].map(([location, parts]) => setOf(location, parts));
    return all.sort((a, b) => b.writtenAt - a.writtenAt || (a.location < b.location ? 1 : -1))[0] as PartSet;
  });
}

function placeOf(key: string): { readonly group: string; readonly set: string } {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const [period] = /^.*?BILLING_PERIOD=\d{4}-\d{2}\//i.exec(key) ?? [];
  if (period !== undefined) return { group: period, set: folder };
  const [, range] = /^(.*?(?:^|\/)\d{8}-\d{8}\/)[^/]+\/[^/]+$/.exec(key) ?? [];
  if (range !== undefined) return { group: range, set: folder };
  const [, before, after] = /^(.*?)\d{12}(\.[^/]+)$/.exec(key) ?? [];
  const name = before === undefined || after === undefined ? key : `${before}*${after}`;
  return { group: name, set: name };
}

function setOf(location: string, objects: readonly PlaceObject[]): PartSet {
  const parts = [...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
  const [only] = parts;
  const alone = parts.length === 1 && only?.key === location;
  return {
    location,
    version: alone ? only.version.slice(0, 200) : versionOf(parts),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    writtenAt: Math.max(...parts.map(({ writtenAt }) => writtenAt)),
    parts,
  };
}

function versionOf(parts: readonly PlaceObject[]): string {
  const hash = createHash('sha256');
  for (const { key, version, bytes } of parts) hash.update(`${JSON.stringify([key, version, bytes])}\n`);
  return hash.digest('hex');
}
