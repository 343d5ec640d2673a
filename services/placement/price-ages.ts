import { catalogue, facts } from '../../shared/catalogue/index.ts';
import { daysSince } from '../../shared/domain/calendar.ts';
import type { CostLine, PriceAges } from './decision.ts';

let embedded: ReadonlySet<string> | undefined;

/** Names of the documents that the catalogue's prices were read in: what a provider's price list says bears the name of that list. */
function embeddedSources(): ReadonlySet<string> {
  embedded ??= new Set(
    catalogue.offerings.flatMap(({ prices, endpoint, region: { egress } }) =>
      [...facts({ prices, endpoint, egress })].map(({ fact }) => fact.source),
    ),
  );
  return embedded;
}

/** How many of the prices used come from where, and how old the oldest is. */
export function priceAges(lines: readonly CostLine[], now: number): PriceAges {
  const known = embeddedSources();
  const prices = [...new Map(lines.map((line) => [`${line.target}\n${line.item}\n${line.unit}`, line])).values()];
  const own = prices.filter(({ source }) => known.has(source));
  const dated = own.flatMap(({ asOf }) => (asOf === 'undated' ? [] : [asOf])).sort();
  const [oldest] = dated;
  return {
    embedded: {
      prices: own.length,
      undated: own.length - dated.length,
      ...(oldest === undefined ? {} : { oldest, ageDays: ageOf(oldest, now) }),
    },
    lists: listsOf(
      prices.filter(({ source }) => !known.has(source)),
      now,
    ),
  };
}

function listsOf(prices: readonly CostLine[], now: number): PriceAges['lists'] {
  const sources = [...new Set(prices.map(({ source }) => source))].sort();
  return sources.map((source) => {
    const own = prices.filter((each) => each.source === source);
    const [oldest = ''] = own.map(({ asOf }) => asOf).sort();
    return { source, prices: own.length, oldest, ageDays: ageOf(oldest, now) };
  });
}

const ageOf = (day: string, now: number): number => daysSince(Date.parse(day), now);
