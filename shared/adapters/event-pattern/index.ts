import type { BusEvent, EventPattern } from '../../contracts/event-pattern.ts';
import { EventFields } from './holds.ts';
import { buildIndex, search } from './index-tree.ts';
import { parsePattern } from './parse-pattern.ts';

export { InvalidPattern } from './invalid-pattern.ts';

export interface PatternMatcher {
  /** Ids of the patterns that select the event, in the order they were given. */
  match(event: BusEvent): readonly string[];
}

/**
 * Compiles Amazon EventBridge event patterns into one matcher.
 *
 * @throws InvalidPattern naming the path, for everything EventBridge would refuse.
 * @example
 * const { match } = compilePatterns([{ id: 'eu', pattern: { detail: { region: [{ prefix: 'eu-' }] } } }]);
 * match(toBusEvent(event)); // ['eu']
 */
export function compilePatterns(
  patterns: readonly { readonly id: string; readonly pattern: EventPattern }[],
): PatternMatcher {
  const root = buildIndex(
    patterns.flatMap(({ pattern }, position) =>
      parsePattern(pattern).map((conjunction) => ({ pattern: position, conjunction })),
    ),
  );
  return {
    match(event) {
      const found = new Set<number>();
      search(root, new EventFields(event), found);
      return [...found].sort((a, b) => a - b).flatMap((position) => patterns[position]?.id ?? []);
    },
  };
}
