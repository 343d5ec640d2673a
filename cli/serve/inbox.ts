import { access, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOf } from '../../shared/adapters/bills/bill-format.ts';
import { billFileName, uploadSource, type BillFile } from '../../shared/contracts/bill-received.ts';
import { FileGone, type BillSource } from '../../shared/ports/bill-source.ts';
import { labelAt } from './upload.ts';

/** Bills that were sent to us. A sweep finds those whose event was lost, and lets go of those that have been read. */
export function inboxSource(inbox: string): BillSource {
  const at = ({ location }: BillFile): string => {
    // A location comes out of an event: it names a file in here, never a way out.
    if (!/^[0-9a-f]{16}-\w[\w.-]*$/.test(location)) throw new FileGone(`"${location}" is no uploaded bill`);
    return join(inbox, location);
  };
  return {
    name: uploadSource,
    list: async () => {
      const names = (await readdir(inbox).catch(none)).filter((name) => !name.startsWith('.'));
      return Promise.all(
        names.map(async (location): Promise<BillFile> => {
          const { size, mtimeMs } = await stat(join(inbox, location));
          const writtenAt = Math.trunc(mtimeMs);
          return {
            source: uploadSource,
            location,
            name: labelAt(location),
            version: location,
            bytes: size,
            writtenAt,
          };
        }),
      );
    },
    fetch: async (file) => {
      const path = at(file);
      await access(path).catch((cause: unknown) => {
        throw new FileGone(`${billFileName(file)} has been read and let go`, { cause });
      });
      return { path, format: await formatOf(path), requests: 0, requestMicros: 0 };
    },
    forget: (file) => rm(at(file), { force: true }),
  };
}

function none(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
