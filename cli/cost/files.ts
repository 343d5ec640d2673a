import { call, type Connection } from '../client.ts';

/** What was read at a location of a source of bills. */
export interface BillFile {
  readonly file: {
    readonly source: string;
    readonly location: string;
    readonly name?: string;
    readonly version: string;
    readonly writtenAt?: number;
  };
  /** `older`: every bill in it has been read from a file that was written later. `waiting`: for another day's paid requests. */
  readonly state: 'imported' | 'refused' | 'older' | 'waiting';
  /** Epoch ms. */
  readonly at: number;
  readonly bills: readonly string[];
  readonly problem?: string;
}

/** Every page; with a source and a location, that one or none. */
export async function billFiles(
  connection: Connection,
  one: { readonly source?: string; readonly location?: string } = {},
): Promise<readonly BillFile[]> {
  const files: BillFile[] = [];
  let after: string | undefined;
  do {
    const { body } = await call<{ readonly files: readonly BillFile[]; readonly next?: string }>(connection, {
      path: '/v1/cost/bill-files',
      query: { ...one, after },
    });
    files.push(...body.files);
    after = body.next;
  } while (after !== undefined);
  return files;
}
