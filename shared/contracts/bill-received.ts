import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** The source of bills that were sent, which no configuration names. */
export const uploadSource = 'upload';

/**
 * One file (or one answer of a cost API) that holds rows of bills, and where to fetch it. Parts that one export wrote together are one
 * file: then the location is their folder and ends in `/`, or has `*` for their number.
 */
export const BillFile = Type.Object(
  {
    /** A source of the configuration, or `upload`. */
    source: Name,
    /** What the source calls it: a path, an object key, a month. */
    location: Type.String({ minLength: 1, maxLength: 1024 }),
    /** What people call it, where the location is no name of theirs: an upload is kept under its digest. */
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** Changes whenever the content does: an entity tag, a digest, size and time. */
    version: Type.String({ maxLength: 200 }),
    bytes: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Epoch ms, as the source says: of two files with the same bill the one that was written later counts, whichever is read first. */
    writtenAt: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);
export type BillFile = Static<typeof BillFile>;

/** For people: in messages and lists. */
export const billFileName = ({ name, location }: Pick<BillFile, 'name' | 'location'>): string => name ?? location;

/** There is a file with bills that has not been read, or has changed since. */
export const billReceived = defineEvent({
  name: 'bill.received',
  summary: 'A file with bills is there to be imported',
  data: Type.Object({ file: BillFile, sweep: Type.Optional(Type.String({ maxLength: 120 })) }, closed),
  subject: (data) => `${data.file.source}/${data.file.location}`.slice(0, 300),
});
