import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BillFile } from '../../contracts/bill-received.ts';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { formatOf } from './bill-format.ts';
import { partSets, type PartSet, type PlaceObject } from './parts.ts';

/** A folder or bucket, as far as bills need it. */
export interface Place {
  readonly name: string;
  objects(): Promise<readonly PlaceObject[]>;
  /** Exactly this version of it. @throws FileGone when it is not there any more, or has changed. */
  download(object: PlaceObject, toPath: string): Promise<void>;
}

/** A place whose files are bills: reading it costs no more than the transfer. */
export function createPlaceSource(place: Place): BillSource {
  const { name } = place;
  const sets = async (): Promise<readonly PartSet[]> => partSets(await place.objects());
  return {
    name,
    list: async () =>
      (await sets())
        // A location goes into events; one that is longer would stop the others.
        .filter(({ location }) => location.length <= 1024)
        .map(({ location, version, bytes, writtenAt }): BillFile => ({
          source: name,
          location,
          version,
          bytes,
          writtenAt,
        })),
    fetch: async (file, toFolder) => {
      const set = (await sets()).find(({ location }) => location === file.location);
      if (set?.version !== file.version) throw new FileGone(`${name}: ${file.location} is gone or has changed`);
      const folder = join(toFolder, 'parts');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const paths: string[] = [];
      for (const [at, part] of set.parts.entries())
        paths.push(await fetchPart(place, part, join(folder, partName(part, at))));
      const [first] = paths as [string];
      return {
        path: paths.length === 1 ? first : folder,
        format: await formatOf(first),
        requests: 0,
        requestMicros: 0,
      };
    },
  };
}

/** A name of our own, in which what is read in messages is left. */
const partName = ({ key }: PlaceObject, at: number): string =>
  `${String(at).padStart(5, '0')}-${key.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(-80)}`;

async function fetchPart(place: Place, part: PlaceObject, path: string): Promise<string> {
  await place.download(part, path);
  const { size } = await stat(path);
  // Thrown, and so tried again: what came is not what is there.
  if (size !== part.bytes) throw new Error(`${place.name}: of ${part.key} ${size} of ${part.bytes} bytes came`);
  return path;
}

export async function writeStream(body: Readable, path: string): Promise<void> {
  await pipeline(body, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
}
