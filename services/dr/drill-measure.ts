import type { Reader } from '../../shared/pipeline/handler.ts';
import { counted } from '../../shared/domain/counted.ts';
import { named, type DrillJudgement } from './drill-conclude.ts';
import type { Judged } from './drill-estimate.ts';
import type { DrillAborted, DrillRecord } from './drill-record.ts';
import type { FailbackRecord } from './failback-record.ts';
import { hasServed, tally, type Tally } from './finish.ts';
import { failbackKey, serviceRecoveriesPrefix } from './keys.ts';
import type { RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import { isOverRpo, isOverRto } from './service-recovery.ts';

/** Judged by what was measured. A recovery that was ended before its time judges nobody by what he had no time for. */
export async function byMeasure(
  drill: DrillRecord,
  recovery: RecoveryRecord | undefined,
  records: Reader,
): Promise<DrillJudgement> {
  const { recovery: id = '' } = drill;
  if (recovery === undefined) return { figures: { services: 0, overRto: 0, overRpo: 0, lost: 0 }, findings: [] };
  const all = await tally(recovery, records);
  const late = await lateOnes(recovery, records);
  const left = await leftOnes(id, records);
  const { services, overRpo, recoveryTimeMs, noCandidate: lost } = all;
  if (recovery.state !== 'aborted') {
    const figures = { services, overRto: all.overRto, overRpo, lost, recoveryTimeMs };
    return { figures, findings: [...late, ...left] };
  }
  const aborted = abortedOf(recovery, all);
  const problem = `aborted: ${aborted.reason}`.slice(0, 500);
  const first: Judged = { problem, fix: 'mend its cause, and drill again', fails: true };
  const time = all.served === 0 ? {} : { recoveryTimeMs };
  return {
    figures: { services, overRto: all.late, overRpo, lost, ...time },
    findings: [first, ...late, ...left],
    aborted,
  };
}

function abortedOf({ control, failure, endedAt = 0 }: RecoveryRecord, all: Tally): DrillAborted {
  const { reason = failure?.message ?? 'it was aborted', by = 'drill' } = control ?? {};
  return { at: endedAt, by, reason: reason.slice(0, 500), seen: seenOf(all) };
}

function seenOf({ services, served, noCandidate, recoveryTimeMs }: Tally): string {
  const way = services - served - noCandidate;
  const last = served === 0 ? '' : `, the last after ${seconds(recoveryTimeMs)}`;
  const none = noCandidate === 0 ? '' : `; ${noCandidate} had no place`;
  const going = way <= 0 ? '' : `; ${way} on the way, of which nothing is concluded`;
  return `${served} of ${counted(services, 'service')} served elsewhere${last}${none}${going}`;
}

async function lateOnes(of: RecoveryRecord, records: Reader): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  for (let after: string | undefined = ''; after !== undefined && found.length < named;) {
    const from: { readonly after?: string } = after === '' ? {} : { after };
    const page: Awaited<ReturnType<typeof partsOf>> = await partsOf(of.recovery, from, records);
    found.push(...page.items.flatMap(({ value }) => measuredFindings(value, of)));
    after = page.next;
  }
  return found;
}

const partsOf = (recovery: string, from: { readonly after?: string }, records: Reader) =>
  records.list<ServiceRecoveryRecord>(serviceRecoveriesPrefix(recovery), { limit: 500, ...from });

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${Math.round(ms / 100) / 10} s`);

function measuredFindings(part: ServiceRecoveryRecord, recovery: RecoveryRecord): readonly Judged[] {
  const { application, service, rto, rpo, noCandidate } = part;
  const of = { application, service, fails: true };
  if (noCandidate !== undefined) {
    return [{ ...of, problem: noCandidate.slice(0, 500), fix: 'allow it another region or cloud in its constraints' }];
  }
  // What was ended before it served again was not late: nobody knows.
  const late =
    isOverRto(part) && (recovery.state !== 'aborted' || hasServed(part, recovery))
      ? [
          {
            ...of,
            problem: `back after ${seconds(rto.actualMs)}, and its RTO is ${seconds(rto.objectiveMs)}`,
            fix: 'set recovery.standby to warm or active-active, or allow a longer recovery.rtoSeconds',
          },
        ]
      : [];
  const stale = isOverRpo(part)
    ? [
        {
          ...of,
          problem: `its copy was ${seconds(rpo.actualMs)} behind, and its RPO is ${seconds(rpo.objectiveMs)}`,
          fix: 'replicate more often, or allow a longer recovery.rpoSeconds',
        },
      ]
    : [];
  return [...late, ...stale];
}

async function leftOnes(recovery: string, records: Reader): Promise<readonly Judged[]> {
  const found = await records.get<FailbackRecord>(failbackKey(recovery));
  if (found === undefined) {
    const fix = `see what speaks against it, then: homeostasis failback ${recovery}`;
    return [{ problem: 'what was moved has not gone back', fix, fails: true }];
  }
  const fix = `homeostasis failback ${recovery}, when its cause is mended`;
  const left = found.left.map(({ application, service, reason }) => ({
    application,
    service,
    problem: `it did not go back: ${reason}`.slice(0, 500),
    fix,
    fails: true,
  }));
  return found.state === 'stopped' && left.length === 0 ? [{ problem: found.reason, fix, fails: true }] : left;
}
