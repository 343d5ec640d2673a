import type { DataOf } from '../../shared/contracts/contract.ts';
import type { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { exclusionsKey, type ExclusionsRecord, type Word, type Words } from './record.ts';

/** What was said about a scope: that it is out of use, and how, or that it may be used again. */
export type Said = NonNullable<DataOf<typeof targetExcluded>['mode']> | 'readmitted';

/** Newest word per scope wins, whatever order the words arrive in. Undefined: this one is stale. */
export function withWord(
  words: Words | undefined,
  scope: string,
  { said, at, id }: { readonly said: Said } & Pick<Word, 'at' | 'id'>,
): Words | undefined {
  const known = words?.[scope];
  const stale = known !== undefined && (known.at > at || (known.at === at && known.id >= id));
  return stale ? undefined : { ...words, [scope]: { excluded: leaves(said, known), at, id } };
}

/**
 * Whether traffic is to leave the scope. What is left gracefully still works: it serves until its replacements take over, as with any
 * generation. A cordon is none of the traffic's business: it stays where it is, be that inside or, after a recovery that was paused,
 * already outside.
 */
function leaves(said: Said, known: Word | undefined): boolean {
  switch (said) {
    case 'ungraceful':
      return true;
    case 'graceful':
    case 'readmitted':
      return false;
    case 'cordon':
      return known?.excluded ?? false;
  }
}

export function excludedScopes(words: Words | undefined): string[] {
  return Object.entries(words ?? {})
    .filter(([, { excluded }]) => excluded)
    .map(([scope]) => scope);
}

export async function readExcluded(records: Reader): Promise<string[]> {
  return excludedScopes((await records.get<ExclusionsRecord>(exclusionsKey))?.scopes);
}
