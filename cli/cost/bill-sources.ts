import { call, type Connection } from '../client.ts';

/** A place that bills come from. */
export interface BillSource {
  readonly name: string;
  readonly kind: string;
  /** When it was last looked through to its end, epoch ms, by which sweep, and how many files were there; absent: never. */
  readonly lookedAt?: number;
  readonly sweep?: string;
  readonly files?: number;
}

export async function billSources(connection: Connection): Promise<readonly BillSource[]> {
  const path = '/v1/cost/bill-sources';
  return (await call<{ readonly sources: readonly BillSource[] }>(connection, { path })).body.sources;
}
