import type { Reader } from '../../shared/pipeline/handler.ts';
import { exclusionsKey, type ExclusionsRecord } from './record.ts';

/** Newest word per scope wins, whatever order the words arrive in. */
export function withWord(
  record: ExclusionsRecord | undefined,
  scope: string,
  word: ExclusionsRecord['scopes'][string],
): ExclusionsRecord | undefined {
  const known = record?.scopes[scope];
  const stale = known !== undefined && (known.at > word.at || (known.at === word.at && known.id >= word.id));
  return stale ? undefined : { scopes: { ...record?.scopes, [scope]: word } };
}

export function excludedScopes(record: ExclusionsRecord | undefined): string[] {
  return Object.entries(record?.scopes ?? {})
    .filter(([, { excluded }]) => excluded)
    .map(([scope]) => scope);
}

export async function readExcluded(records: Reader): Promise<string[]> {
  return excludedScopes(await records.get<ExclusionsRecord>(exclusionsKey));
}
