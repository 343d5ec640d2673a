import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** Noise of a machine that does other things, too; a cost that grew with the square would be three to thirty times. */
const linear = 1.25;
const mostMemory = 512;

export function verdicts(rows: readonly Row[]): Verdict[] {
  const deploys = rows.filter(({ what }) => what === 'deploy');
  if (deploys.length === 0) {
    return [unmeasured({ what: 'submit to rollout.completed', target: 'completes' }, 'nothing was deployed')];
  }
  return [...deploys.map(completed), ...growth(deploys), ...marginal(deploys), ...memory(rows), ...changes(rows)];
}

function completed({ services, seconds, commands }: Row): Verdict {
  const promised = { what: `${count(services)} services: submit to rollout.completed`, target: 'completes' };
  // One command a target: at least one for each service.
  return judged(promised, `${seconds.toFixed(1)} s`, commands >= services);
}

/** The largest against each smaller one. */
function growth(deploys: readonly Row[]): Verdict[] {
  const largest = deploys.at(-1);
  return deploys.slice(0, -1).map((smaller) => {
    const ratio = (largest?.perService ?? NaN) / smaller.perService;
    const promised = {
      what: `time a service, ${count(largest?.services ?? 0)} against ${count(smaller.services)}`,
      target: `linear: at most ${linear}x`,
      ratio: `${ratio.toFixed(2)}x`,
    };
    return judged(promised, `${largest?.perService.toFixed(1)} / ${smaller.perService.toFixed(1)} ms`, ratio <= linear);
  });
}

/**
 * What a further service costs: start-up and warming, which the sizes share, cannot hide a steep end here. Judged by processor time,
 * because a difference of differences doubles what other work on the machine does to a clock; the clock's ratio stands beside it.
 */
function marginal(deploys: readonly Row[]): Verdict[] {
  const [small, middle, large] = deploys;
  if (small === undefined || middle === undefined || large === undefined) return [];
  const steps = (of: (row: Row) => number): readonly [number, number] => {
    const cost = (from: Row, to: Row): number => ((of(to) - of(from)) * 1000) / (to.services - from.services);
    return [cost(small, middle), cost(middle, large)];
  };
  const [firstByClock, lastByClock] = steps(({ seconds }) => seconds);
  const clock = `${(lastByClock / firstByClock).toFixed(2)}x by the clock`;
  const sizes = `${count(middle.services)} to ${count(large.services)} against ${count(small.services)} to ${count(middle.services)}`;
  const promised = { what: `processor time of a further service, ${sizes}`, target: `linear: at most ${linear}x` };
  if (deploys.some(({ processorSeconds }) => processorSeconds === undefined)) {
    return [unmeasured({ ...promised, ratio: clock }, 'this system does not tell (no /proc)')];
  }
  const [first, last] = steps(({ processorSeconds = NaN }) => processorSeconds);
  const ratio = `${(last / first).toFixed(2)}x (${clock})`;
  return [judged({ ...promised, ratio }, `${last.toFixed(1)} / ${first.toFixed(1)} ms`, last <= first * linear)];
}

/** The project's limit is for 1,000 services; it is held at every size. */
function memory(rows: readonly Row[]): Verdict[] {
  const sizes = [...new Set(rows.map(({ services }) => services))];
  return sizes.map((services) => {
    const promised = { what: `${count(services)} services: peak memory of the control plane`, target: '512 MiB' };
    const peaks = rows.filter((row) => row.services === services).flatMap(({ peakMemory }) => peakMemory ?? []);
    if (peaks.length === 0) return unmeasured(promised, 'this system does not tell (no /proc)');
    const peak = Math.max(...peaks);
    return judged(promised, `${peak.toFixed(0)} MiB`, peak < mostMemory);
  });
}

const expected = { 'redeploy unchanged': 0, 'scale one service': 1 } as const;

function changes(rows: readonly Row[]): Verdict[] {
  return rows.flatMap(({ what, services, commands, seconds }) => {
    if (what === 'deploy') return [];
    const promised = { what: `${what} of ${count(services)}: commands`, target: String(expected[what]) };
    return [judged(promised, `${commands}, in ${seconds.toFixed(1)} s`, commands === expected[what])];
  });
}

const count = (services: number): string => services.toLocaleString('en');
