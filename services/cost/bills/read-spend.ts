import type { Reader } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import type { CostKind, Dimension, Ledger, LedgerFile, SumQuery, SumRow } from '../../../shared/ports/ledger.ts';
import { billPrefix, teamPrefix } from '../keys.ts';
import type { CostSettings } from '../settings.ts';
import type { ReadSpend, SpendQuery, SpendRow } from '../spend.ts';
import { distinct, isOwner, ownerDimensions } from './dimensions.ts';
import { gather, gatherSplit } from './gather.ts';
import { Owners } from './owners.ts';
import type { BillRecord } from './record.ts';

/** As much of a record of a team as is needed here. */
interface TeamOf {
  readonly application: string;
  readonly team?: string;
}

/**
 * Reads spend over the bills that count when it is first asked: everything that one reader answers is of the same bills. Shared cost
 * is split over owners day by day and provider by provider; rows add up to the bills whatever is asked for and by whichever rule.
 */
export function readSpend(records: Reader, ledger: Ledger, settings: Pick<CostSettings, 'shared'>): ReadSpend {
  let bills: Promise<readonly BillRecord[]> | undefined;
  let teams: Promise<ReadonlyMap<string, string>> | undefined;
  const known = new Map<string, Promise<Owners>>();
  const filesOf = async ({ from, to }: Span): Promise<LedgerFile[]> => {
    bills ??= listAll<BillRecord>(records, billPrefix);
    return (await bills)
      .map(({ current }) => current)
      .filter((each) => each.from < to && each.to > from)
      .map(fileOf);
  };
  const asked = new Map<string, Promise<readonly SumRow[]>>();
  const ask = async (query: SumQuery & Span): Promise<readonly SumRow[]> => {
    const rows = await ledger.sums(await filesOf(query), query);
    if (!query.by.includes('team') || !query.by.includes('application')) return rows;
    teams ??= teamsOf(records);
    return withTeams(rows, await teams);
  };
  // Who shares is often the very question that was asked, and budgets ask alike.
  const sums = ({ from, to, by, where = {}, cost = 'billed' }: SpendQuery): Promise<readonly SumRow[]> => {
    const query = { from, to, by: [...by].sort(), where, cost };
    const key = JSON.stringify(query);
    const rows = asked.get(key) ?? ask(query);
    asked.set(key, rows);
    return rows;
  };
  const ownersOf = (query: SpendQuery, rule: SplitRule): Promise<Owners> => {
    const { from, to, cost } = query;
    const span = wholeMonths({ from, to });
    const by = [...daily, ...ownerDimensions];
    const key = JSON.stringify([span, by, cost]);
    const found =
      known.get(key) ??
      sums({ ...span, by, ...(cost === undefined ? {} : { cost }) }).then((rows) => new Owners(rows, rule));
    known.set(key, found);
    return found;
  };
  const splits = new Map<string, Promise<readonly SpendRow[]>>();
  // Always over the smallest owners, whatever is asked for: else a budget of an application and a report of its services would split alike
  // cost differently. So most questions have the same answer below them, and it is worked out once.
  const splitFor = (query: SpendQuery, rule: SplitRule): Promise<readonly SpendRow[]> => {
    const asked = distinct([...query.by.filter((each) => !isOwner(each)), ...ownerDimensions]);
    const below: SpendQuery = { ...query, by: distinct([...asked, ...daily]), where: withoutOwners(query.where ?? {}) };
    const { from, to, where, cost } = below;
    const key = JSON.stringify([from, to, [...asked].sort(), where, cost]);
    const found =
      splits.get(key) ??
      Promise.all([sums(below), ownersOf(query, rule)]).then(([rows, owners]) => gatherSplit(rows, owners, asked));
    splits.set(key, found);
    return found;
  };
  const differing = new Map<string, Promise<boolean>>();
  const differs = (query: Span, cost: Exclude<CostKind, 'billed'>): Promise<boolean> => {
    const span = wholeMonths(query);
    const key = JSON.stringify([span, cost]);
    const found = differing.get(key) ?? filesOf(span).then((files) => ledger.differs(files, { ...span, cost }));
    differing.set(key, found);
    return found;
  };
  const spend: ReadSpend = async (query) => {
    const { shared: rule } = settings;
    const where = query.where ?? {};
    const asked = distinct([...query.by, ...(Object.keys(where) as Dimension[])]);
    if (!asked.some(isOwner)) return (await sums(query)).map(unsplit);
    if (query.split !== false && rule !== 'separate') {
      return gather((await splitFor(query, rule)).filter(matches(where)), distinct(query.by));
    }
    const owner = distinct(['application', 'team', ...asked.filter(isOwner)]);
    const by = distinct([...query.by.filter((each) => !isOwner(each)), ...owner]);
    const rows = await sums({ ...query, by, where: withoutOwners(where) });
    return gather(rows.map(unsplit).filter(matches(where)), distinct(query.by));
  };
  // Most bills know no commitment: what costs the same was asked already, and is split as that is.
  return async ({ cost = 'billed', ...query }) =>
    spend(cost === 'billed' || !(await differs(query, cost)) ? query : { ...query, cost });
}

type SplitRule = Exclude<CostSettings['shared'], 'separate'>;
interface Span {
  readonly from: string;
  readonly to: string;
}

const daily: readonly Dimension[] = ['day', 'provider'];
const fileOf = ({ ledgerFile }: { readonly ledgerFile: LedgerFile }): LedgerFile => ledgerFile;
const unsplit = (row: SumRow): SpendRow => ({ ...row, sharedMicros: 0 });

async function teamsOf(records: Reader): Promise<ReadonlyMap<string, string>> {
  const found = await listAll<TeamOf>(records, teamPrefix);
  return new Map(found.flatMap(({ application, team }) => (team === undefined ? [] : [[application, team] as const])));
}

/** A tag on the bill says it; else the label of the application that the bill names. */
function withTeams(rows: readonly SumRow[], teams: ReadonlyMap<string, string>): SumRow[] {
  return rows.map((row) => {
    const { application, team } = row.keys;
    if (team != null || application == null) return row;
    return { ...row, keys: { ...row.keys, team: teams.get(application) ?? null } };
  });
}

type Where = NonNullable<SpendQuery['where']>;

function withoutOwners(where: Where): Where {
  return Object.fromEntries(Object.entries(where).filter(([dimension]) => !isOwner(dimension as Dimension)));
}

function matches(where: Where): (row: SpendRow) => boolean {
  const wanted = Object.entries(where).filter(([dimension]) => isOwner(dimension as Dimension));
  return ({ keys }) => wanted.every(([dimension, value]) => (keys[dimension as Dimension] ?? null) === (value ?? null));
}

/** Who shares the cost of a day may depend on its whole month, whatever part of it is asked for. */
function wholeMonths({ from, to }: Span): Span {
  const last = new Date(Date.parse(to) - 86_400_000);
  const after = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 1));
  return { from: `${from.slice(0, 7)}-01`, to: after.toISOString().slice(0, 10) };
}
