import type { Severity } from '../../../shared/contracts/alert-received.ts';

/** Words of the field, by what they mean here. "Error" is what Azure and Google put below critical. */
const words: Readonly<Record<Severity, readonly string[]>> = {
  critical: [
    'critical',
    'crit',
    'page',
    'fatal',
    'emergency',
    'emerg',
    'disaster',
    'p0',
    'p1',
    'sev0',
    'sev1',
    'sev-0',
    'sev-1',
  ],
  warning: [
    'warning',
    'warn',
    'error',
    'err',
    'high',
    'major',
    'medium',
    'minor',
    'average',
    'p2',
    'p3',
    'sev2',
    'sev3',
    'sev-2',
    'sev-3',
  ],
  info: [
    'info',
    'informational',
    'information',
    'notice',
    'low',
    'debug',
    'verbose',
    'none',
    'ok',
    'p4',
    'p5',
    'sev4',
    'sev5',
    'sev-4',
    'sev-5',
  ],
};

const meaning: ReadonlyMap<string, Severity> = new Map(
  Object.entries(words).flatMap(([severity, all]) => all.map((word) => [word, severity as Severity] as const)),
);

/** The worst first: what is admitted first when there is room for some. */
export const severities: readonly Severity[] = ['critical', 'warning', 'info'];

/** Undefined for a word nobody knows. */
export const severityOf = (word: string | undefined): Severity | undefined => meaning.get(word?.toLowerCase() ?? '');

export function atMost(severity: Severity, limit: Severity | undefined): Severity {
  if (limit === undefined) return severity;
  return severities.indexOf(severity) < severities.indexOf(limit) ? limit : severity;
}
