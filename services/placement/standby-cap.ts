import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { RejectedCandidates } from './decision.ts';
import type { Evaluation, Option } from './evaluate.ts';
import { monthlyOn, overCap } from './price-cap.ts';
import type { Slots } from './slots.ts';
import type { Solved } from './solve.ts';

/*
 * `maxMonthlyCost` is for a service together with its warm standby, so neither can be judged alone: what one takes is not there for the
 * other.
 */

/** Without the candidates that are too dear beside even the cheapest of their counterpart in another region. */
export function affordable(slots: Slots, evaluations: readonly Evaluation[]): readonly Evaluation[] {
  const left = [...evaluations];
  for (const { of, at, service, standby } of cappedPairs(slots)) {
    const [own, waiting] = [evaluations[of], evaluations[at]];
    if (own === undefined || waiting === undefined) continue;
    const [serves, waits] = [own.options.toSorted(dearer(service)), waiting.options.toSorted(dearer(standby))];
    left[of] = without(own, (option) =>
      overCap(monthlyOn(option, service) + cheapestApart(option, waits, standby), service, ' with its warm standby'),
    );
    left[at] = without(waiting, (option) =>
      overCap(monthlyOn(option, standby) + cheapestApart(option, serves, service), service, ' with what it stands by'),
    );
  }
  return left;
}

/**
 * The same candidates, fewer, where a solution has a service and its standby above the cap together: of what is left every pair is below
 * it. First those as cheap as the service's own places, then, if with them somebody finds no place, those as cheap as the standby's.
 * Empty: nobody is above.
 */
export function withinCaps(
  slots: Slots,
  evaluations: readonly Evaluation[],
  { solution, options }: Solved,
): readonly (readonly Evaluation[])[] {
  const chosen = (slot: number, service: NormalizedService): readonly number[] =>
    (solution.picks[slot] ?? []).flatMap((pick) => {
      const option = options[slot]?.[pick];
      return option === undefined ? [] : monthlyOn(option, service);
    });
  const byService = [...evaluations];
  const byStandby = [...evaluations];
  let above = false;
  for (const { of, at, service, standby, capMicros } of cappedPairs(slots)) {
    const [own, waits] = [chosen(of, service), chosen(at, standby)];
    const [dearest, waiting] = [Math.max(0, ...own), Math.max(0, ...waits)];
    if (own.length === 0 || waits.length === 0 || mean(own) + waiting <= capMicros) continue;
    above = true;
    narrow(byService, { of, at, service, standby, most: [dearest, capMicros - dearest] });
    narrow(byStandby, { of, at, service, standby, most: [capMicros - waiting, waiting] });
  }
  return above ? [byService, byStandby] : [];
}

interface Pair {
  readonly of: number;
  readonly at: number;
  readonly service: NormalizedService;
  readonly standby: NormalizedService;
}

function cappedPairs({ services, standbyAt }: Slots): readonly (Pair & { readonly capMicros: number })[] {
  return [...standbyAt].flatMap(([of, at]) => {
    const [service, standby] = [services[of], services[at]];
    const cap = service?.constraints.maxMonthlyCost;
    if (service === undefined || standby === undefined || cap === undefined) return [];
    return [{ of, at, service, standby, capMicros: cap * 1e6 }];
  });
}

const mean = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0) / all.length;

const dearer =
  (service: NormalizedService) =>
  (a: Option, b: Option): number =>
    monthlyOn(a, service) - monthlyOn(b, service);

/** @param ascending by price. With none in another region it costs nothing: that there is none is said elsewhere. */
function cheapestApart({ offering }: Option, ascending: readonly Option[], service: NormalizedService): number {
  const other = ascending.find((each) => each.offering.region.id !== offering.region.id);
  return other === undefined ? 0 : monthlyOn(other, service);
}

function narrow(
  evaluations: Evaluation[],
  { of, at, service, standby, most: [own, waiting] }: Pair & { readonly most: readonly [number, number] },
): void {
  const tooDear = 'a service and its warm standby together cost more than maxMonthlyCost with it';
  const limit = (slot: number, each: NormalizedService, micros: number): void => {
    const evaluation = evaluations[slot];
    if (evaluation === undefined) return;
    evaluations[slot] = without(evaluation, (option) => (monthlyOn(option, each) > micros ? tooDear : undefined));
  };
  limit(of, service, own);
  limit(at, standby, waiting);
}

function without(evaluation: Evaluation, why: (option: Option) => string | undefined): Evaluation {
  const reasons = evaluation.options.map((option) => ({ option, reason: why(option) }));
  const told = Map.groupBy(
    reasons.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason ?? '',
  );
  if (told.size === 0) return evaluation;
  const rejected = [...told].map(([reason, all]): RejectedCandidates => ({
    filter: 'price-cap',
    reason,
    targets: all.map((each) => each.option.target),
  }));
  return {
    options: reasons.flatMap(({ option, reason }) => (reason === undefined ? [option] : [])),
    rejected: [...evaluation.rejected, ...rejected],
  };
}
