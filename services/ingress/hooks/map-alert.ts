import type { Severity } from '../../../shared/contracts/alert-received.ts';
import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { explicitly, usually } from './label-names.ts';
import { ruleFor } from './map-rule.ts';
import type { ParsedAlert } from './parsed.ts';
import { atMost, severityOf } from './severity.ts';
import type { Standings } from './standings.ts';
import { where, type Regions } from './where.ts';
import { whose } from './whose.ts';

/** What an alert is about, and how bad it is. Without any of the places it is kept and shown, and moves nothing. */
export interface Mapped {
  readonly severity: Severity;
  readonly application?: string;
  readonly service?: string;
  readonly scope?: string;
  readonly notes: readonly string[];
}

export interface Mapping {
  readonly hook: HookConfig;
  readonly regions: Regions;
  /** Absent where it cannot be told: then no name is called unknown. */
  readonly standings: Standings | undefined;
}

/** Labels to application, service, place and severity: by the hook's rules, by its labels, by what is usual. Pure. */
export function mapAlert(alert: ParsedAlert, { hook, regions, standings }: Mapping): Mapped {
  const rule = ruleFor(alert.labels, hook.map);
  const of = whose(alert, { hook, rule }, standings);
  const at = where(alert, { hook, rule, whose: of, regions });
  const { application, service } = of;
  return {
    severity: atMost(rule?.severity ?? saidSeverity(alert, hook), alert.atMost),
    ...(application === undefined ? {} : { application }),
    ...(service === undefined ? {} : { service }),
    ...(at.scope === undefined ? {} : { scope: at.scope }),
    notes: [...of.notes, ...at.notes],
  };
}

/** The label, then the dialect's own field; what says nothing that is understood is a warning. */
function saidSeverity({ labels, severity }: ParsedAlert, hook: HookConfig): Severity {
  const words = [explicitly('severity', labels, hook), usually('severity', labels), severity];
  return words.map(severityOf).find((each) => each !== undefined) ?? 'warning';
}
