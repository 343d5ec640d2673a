import { isDeepStrictEqual } from 'node:util';
import type { Draft } from '../../../shared/contracts/contract.ts';
import { recommendationMade } from '../../../shared/contracts/recommendation-made.ts';
import { dayMs } from '../../../shared/domain/calendar.ts';
import type { CostSettings } from '../settings.ts';
import { accept } from './control.ts';
import { rulesOut } from './propose.ts';
import { addedBy } from './together.ts';
import { risks, type Evidence, type Proposal } from './proposal.ts';
import { idOf, inHand, moved, type RecommendationRecord, type Shape, type State } from './record.ts';

export interface Reconciling {
  readonly application: string;
  readonly service: string;
  readonly shape?: Shape;
  /** First whole day with it. */
  readonly shapeSince?: string;
  readonly now: number;
  readonly accept: CostSettings['recommendations']['accept'];
}

export interface Reconciled {
  /** Those that are other than they were. */
  readonly records: readonly RecommendationRecord[];
  readonly events: readonly Draft[];
}

const weekMs = 7 * dayMs;
/** How long nothing more is said of one that came to this; a saving that has doubled is news sooner. */
const quietDays: Partial<Readonly<Record<State, number>>> = {
  dismissed: 30,
  refused: 7,
  failed: 30,
  reverted: 30,
  verified: 30,
  unclear: 30,
  unprofitable: 180,
};
const doubled = 2;
/** What differs by less is the same news. */
const materialShare = 0.2;

/** What is recommended of a service, put beside what was. @param proposals the best first */
export function reconcile(
  known: readonly RecommendationRecord[],
  proposals: readonly Proposal[],
  about: Reconciling,
): Reconciled {
  const byId = new Map(known.map((each) => [each.id, each]));
  const fresh = withAdded(
    named(
      proposals.map((each) => steady(each, known)),
      about,
    ),
    (each) => isOpen(byId.get(each.id), each, about.now),
  );
  const records = new Map<string, RecommendationRecord>();
  const events: Draft[] = [];
  for (const each of fresh) {
    const { record, said } = renewed(byId.get(each.id), each, about.now);
    if (record !== undefined) records.set(each.id, record);
    if (said) events.push(sayMade(each));
  }
  for (const each of known) {
    if (each.state === 'open' && !fresh.some(({ id }) => id === each.id))
      records.set(each.id, gone(each, fresh, about));
  }
  const accepted = acceptedByRule(fresh, { byId, records, about });
  if (accepted !== undefined) {
    records.set(accepted.record.id, accepted.record);
    events.push(...accepted.events);
  }
  return { records: [...records.values()], events };
}

/**
 * What is open stays as it is while it saves nearly as much and leaves more room: a need that drifts by a step a day is no news, and
 * whoever is about to apply it finds it again tomorrow.
 */
function steady(proposal: Proposal, known: readonly RecommendationRecord[]): Proposal {
  const open = known.find(({ kind, state }) => kind === proposal.kind && state === 'open');
  if (open === undefined || !isSameStart(open, proposal)) return proposal;
  const saved = open.monthlySavingMicros / proposal.monthlySavingMicros;
  return saved <= 1 && saved >= 1 - materialShare ? openProposal(open) : proposal;
}

/** Another change of the same fields, of which the spec says what it said. */
function isSameStart({ change: a }: Proposal, { change: b }: Proposal): boolean {
  if (isDeepStrictEqual(a, b)) return false;
  const start = (change: Proposal['change']) => change.map(({ path, from }) => ({ path, from }));
  return isDeepStrictEqual(start(a), start(b));
}

function openProposal(record: RecommendationRecord): Proposal {
  const { kind, target, monthlySavingMicros, oneOffMicros, paybackDays, confidence, risk } = record;
  const { reason, evidence, change } = record;
  return {
    ...{ kind, monthlySavingMicros, oneOffMicros, confidence, risk, reason, evidence, change },
    ...(target === undefined ? {} : { target }),
    ...(paybackDays === undefined ? {} : { paybackDays }),
  };
}

function named(proposals: readonly Proposal[], about: Reconciling): RecommendationRecord[] {
  const { application, service, now, shape, shapeSince } = about;
  const ids = proposals.map(({ kind, change }) => idOf(kind, about, change));
  return proposals.map((proposal, index) => ({
    ...proposal,
    id: ids[index] ?? '',
    ...{ application, service, state: 'open' as const, why: 'made', since: now, madeAt: now, rank: index + 1 },
    insteadOf: ids.filter((_, other) => {
      const rival = proposals[other];
      return rival !== undefined && rival !== proposal && rulesOut(proposal, rival);
    }),
    ...(shape === undefined ? {} : { shape }),
    ...(shapeSince === undefined ? {} : { shapeSince }),
    history: [{ at: now, state: 'open' as const, why: 'made' }],
  }));
}

/** Nobody is waiting for those that are dismissed, or carried out already: they stand in no other's way. */
function withAdded(
  fresh: readonly RecommendationRecord[],
  isWaiting: (each: RecommendationRecord) => boolean,
): RecommendationRecord[] {
  const open = fresh.filter(isWaiting);
  const added = addedBy(open);
  return fresh.map((each) => {
    const own = added[open.indexOf(each)];
    return own === undefined ? each : { ...each, addedSavingMicros: own };
  });
}

/** Whether it is open from now on. */
function isOpen(before: RecommendationRecord | undefined, fresh: RecommendationRecord, now: number): boolean {
  if (before === undefined || before.state === 'open') return true;
  return !(inHand.has(before.state) || before.state === 'live' || isQuiet(before, fresh, now));
}

interface Renewed {
  /** Undefined: nothing changes. */
  readonly record?: RecommendationRecord;
  readonly said: boolean;
}

function renewed(before: RecommendationRecord | undefined, fresh: RecommendationRecord, now: number): Renewed {
  if (before === undefined) return { record: fresh, said: true };
  if (before.state === 'open') return stillOpen(before, fresh, now);
  if (!isOpen(before, fresh, now)) return { said: false };
  const { state, madeAt, history } = before;
  const reopened = moved({ ...fresh, history, madeAt }, 'open', `true again; it was ${state}`, now);
  // What comes and goes around a threshold is told once a week at most.
  const fleeting = (state === 'expired' || state === 'superseded') && now - madeAt < weekMs;
  return fleeting ? { record: reopened, said: false } : { record: { ...reopened, madeAt: now }, said: true };
}

function stillOpen(before: RecommendationRecord, fresh: RecommendationRecord, now: number): Renewed {
  const { since, why, madeAt, history, control } = before;
  const said = isNews(before, fresh);
  const noted = control === undefined ? {} : { control };
  const record = { ...fresh, ...noted, since, why, history, madeAt: said ? now : madeAt };
  return isDeepStrictEqual(record, before) ? { said: false } : { record, said };
}

function isNews(before: RecommendationRecord, fresh: RecommendationRecord): boolean {
  const difference = Math.abs(fresh.monthlySavingMicros - before.monthlySavingMicros);
  return difference > materialShare * Math.abs(before.monthlySavingMicros) || fresh.risk !== before.risk;
}

function isQuiet({ state, since, monthlySavingMicros }: RecommendationRecord, fresh: Proposal, now: number): boolean {
  const days = quietDays[state];
  if (days === undefined || now - since >= days * dayMs) return false;
  return fresh.monthlySavingMicros < doubled * monthlySavingMicros;
}

function gone(
  record: RecommendationRecord,
  fresh: readonly RecommendationRecord[],
  { now }: Reconciling,
): RecommendationRecord {
  const heir = fresh.find(({ kind }) => kind === record.kind);
  return heir === undefined
    ? moved(record, 'expired', 'it would no longer save anything worth telling, or too little is known', now)
    : moved(record, 'superseded', `${heir.id} took its place`, now);
}

interface Rules {
  readonly byId: ReadonlyMap<string, RecommendationRecord>;
  readonly records: ReadonlyMap<string, RecommendationRecord>;
  readonly about: Reconciling;
}

/** One at a time: while another is carried out, or its saving is being measured, rules wait. */
function acceptedByRule(fresh: readonly RecommendationRecord[], { byId, records, about }: Rules) {
  if ([...byId.values()].some(({ state }) => inHand.has(state) || state === 'live')) return undefined;
  for (const { id } of fresh) {
    const record = records.get(id) ?? byId.get(id);
    if (record?.state !== 'open' || record.change.length === 0) continue;
    const rule = about.accept.findIndex((each) => fits(each, record));
    if (rule >= 0) return accept(record, `rule ${rule + 1} of the configuration`, about.now);
  }
  return undefined;
}

/** Who states no bounds trusts only what is sure and safe. */
const defaultBounds = { minimumConfidence: 0.8, maximumRisk: 'low' } as const;

function fits(rule: Reconciling['accept'][number], { kind, application, confidence, risk }: RecommendationRecord) {
  const { minimumConfidence, maximumRisk } = { ...defaultBounds, ...rule };
  return (
    rule.kinds.includes(kind) &&
    rule.applications?.includes(application) !== false &&
    confidence >= minimumConfidence &&
    risks.indexOf(risk) <= risks.indexOf(maximumRisk)
  );
}

function sayMade(record: RecommendationRecord): Draft {
  const { id, kind, application, service, target, paybackDays, confidence, risk } = record;
  return recommendationMade.draft({
    ...{ recommendation: id, kind, application, service, confidence, risk },
    ...(target === undefined ? {} : { target }),
    monthlySavingMicros: record.monthlySavingMicros,
    oneOffMicros: record.oneOffMicros,
    ...(paybackDays === undefined ? {} : { paybackDays }),
    reason: record.reason.slice(0, 1000),
    evidence: record.evidence.slice(0, 30).map(fitting),
    change: [...record.change],
  });
}

/** A list of many targets is longer than a message allows. */
function fitting({ value, ...rest }: Evidence): Evidence {
  return { ...rest, value: typeof value === 'string' ? value.slice(0, 500) : value };
}
