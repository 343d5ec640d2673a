import { limits } from '../../shared/ports/record-store.ts';
import type { DecisionPage, ServiceDecision } from './decision.ts';
import { byTier } from './tiers.ts';

/** Room for the application record, the mark, the decided event and the note that calls the next page. */
const reserved = 6;
/** Keeps a page's event well under the bus limit, whatever the names are. */
const largestPage = 40;

/**
 * Cuts a decision into pages that each fit one transaction: a record per service, a command per target. Changes come first, so
 * that carrying a decision out stops after the last page that holds any; and the most important of them first of all.
 * @param urgent what is critical has pages of its own: nothing that can wait is commanded with it, in this application or another.
 */
export function paginate(
  services: readonly ServiceDecision[],
  removed: readonly string[],
  urgent = false,
): { readonly pages: readonly DecisionPage[]; readonly commandPages: number } {
  const changes = services.filter((each) => each.changed).sort(byTier);
  const alone = urgent ? changes.filter(({ tier }) => tier === 'critical') : [];
  const changed = [...cut(alone, []), ...cut(changes.slice(alone.length), removed)];
  const unchanged = cut(
    services.filter((each) => !each.changed),
    [],
  );
  // A generation that changes nothing still says so, with one empty page.
  const first = changed.length === 0 ? [{ services: [], removed: [] }] : changed;
  return { pages: [...first, ...unchanged], commandPages: first.length };
}

function cut(services: readonly ServiceDecision[], removed: readonly string[]): DecisionPage[] {
  const pages: { services: ServiceDecision[]; removed: string[] }[] = [];
  let items = Infinity;
  const room = (needed: number): { services: ServiceDecision[]; removed: string[] } => {
    const last = pages.at(-1);
    const full = last === undefined || last.services.length + last.removed.length >= largestPage;
    if (!full && items + needed <= limits.transactionItems - reserved) {
      items += needed;
      return last;
    }
    const fresh = { services: [], removed: [] };
    pages.push(fresh);
    items = needed;
    return fresh;
  };
  for (const service of services) room(1 + service.placed.length).services.push(service);
  for (const name of removed) room(1).removed.push(name);
  return pages;
}
