import type { CordonRecord } from './record.ts';

/** Dr hears what operators say of a scope, and what it says itself: the latter is no news to it. */
export const isOwnWord = ({ source }: { readonly source: string }): boolean => source === '/homeostasis/dr';

/** The newer word of two, whatever order they come in; undefined when the known one holds. */
export function newerWord(known: CordonRecord | undefined, word: CordonRecord): CordonRecord | undefined {
  if (known === undefined || word.at > known.at) return word;
  return word.at === known.at && word.id > known.id ? word : undefined;
}
