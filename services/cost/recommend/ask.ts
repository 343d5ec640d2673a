import type { DocumentRef } from '../../../shared/contracts/values.ts';
import type { Change, Reader } from '../../../shared/pipeline/handler.ts';
import { askPrefix } from '../keys.ts';

/** Where what an application asks for, and what it was given, is found: the newest decision. */
export interface AskRecord {
  readonly application: string;
  readonly generation: number;
  /** Its summary names the spec and the pages of services. */
  readonly decision: DocumentRef;
  /** Epoch ms at which it was decided. */
  readonly at: number;
}

export const askKey = (application: string): string => `${askPrefix}${application}`;

/** The record as a decision leaves it; nothing where a newer one is known. Each page of a decision says the same. */
export async function askedBy(decided: AskRecord, records: Reader): Promise<readonly Change[]> {
  const key = askKey(decided.application);
  const known = await records.get<AskRecord>(key);
  if (known !== undefined && known.generation >= decided.generation) return [];
  const { application, generation, decision, at } = decided;
  return [{ key, value: { application, generation, decision, at } satisfies AskRecord }];
}
