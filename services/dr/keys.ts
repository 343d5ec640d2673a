import type { Subject } from './record.ts';

/** Where the records are. */
export const watchKey = (scope: string): string => `${watchPrefix}${scope}`;
export const incidentPrefix = 'incident/';
export const incidentKey = (incident: string): string => `${incidentPrefix}${incident}`;
export const alertPrefix = 'alert/';
export const alertKey = (alert: string): string => `${alertPrefix}${alert}`;
export const cordonPrefix = 'cordon/';
export const cordonKey = (scope: string): string => `${cordonPrefix}${scope}`;
export const recoveryPrefix = 'recovery/';
export const recoveryKey = (recovery: string): string => `${recoveryPrefix}${recovery}`;
/** A mark for every recovery that is not over: those that are may be many. */
export const openRecoveryPrefix = 'open-recovery/';
export const openRecoveryKey = (recovery: string): string => `${openRecoveryPrefix}${recovery}`;
/** A mark for every incident that is open. */
export const openIncidentPrefix = 'open-incident/';
export const openIncidentKey = (incident: string): string => `${openIncidentPrefix}${incident}`;
export const summaryKey = 'recovery-summary';
export const forgettingKey = 'forgetting';
export const serviceRecoveriesPrefix = (recovery: string): string => `service-recovery/${recovery}/`;
export const serviceRecoveryKey = (recovery: string, of: ServiceName): string =>
  `${serviceRecoveriesPrefix(recovery)}${of.application}/${of.service}`;
/** A mark for every service that its recovery still waits for. */
export const recoveringPrefix = 'recovering/';
export const recoveringOf = (recovery: string): string => `${recoveringPrefix}${recovery}/`;
export const recoveringKey = (recovery: string, of: ServiceName): string =>
  `${recoveringOf(recovery)}${of.application}/${of.service}`;
export const failbackPrefix = 'failback/';
export const failbackKey = (recovery: string): string => `${failbackPrefix}${recovery}`;
/** A mark for every failback that is not over, with when it is to be looked at by the sweep. */
export const failingBackPrefix = 'failing-back/';
export const failingBackKey = (recovery: string): string => `${failingBackPrefix}${recovery}`;
export const drillPrefix = 'drill/';
export const drillKey = (drill: string): string => `${drillPrefix}${drill}`;
/** What placement planned for a drill, page by page. */
export const drillPlanOf = (drill: string): string => `drill-plan/${drill}/`;
export const drillPlanKey = (drill: string, application: string, page: number): string =>
  `${drillPlanOf(drill)}${application}/${String(page).padStart(5, '0')}`;
/** A mark for every drill that is not over. */
export const drillingPrefix = 'drilling/';
export const drillingKey = (drill: string): string => `${drillingPrefix}${drill}`;
/** The drill that was begun last. */
export const drillTurnKey = 'drill-turn';
export const drillScheduleKey = (name: string): string => `drill-schedule/${name}`;
export const watchPrefix = 'exclusion-watch/';
export const standPrefix = 'stands/';
export const standKey = (of: ServiceName): string => `${standPrefix}${of.application}/${of.service}`;
/** Scopes apart from services' parts in them: there are few of the first, and they are read often. */
export const scopeGroundPrefix = 'ground/';
export const serviceGroundPrefix = 'service-ground/';
export const groundKey = (of: Subject): string =>
  isWhole(of) ? `${scopeGroundPrefix}${of.scope}` : `${serviceGroundPrefix}${spelled(of)}`;
/** One for every firing alert that keeps its subject out of use. */
export const alertHoldsOf = (of: Subject): string => `alert-hold/${spelled(of)}|`;
export const alertHoldKey = (of: Subject, alert: string): string => `${alertHoldsOf(of)}${alert}`;
export const trafficIndexKey = 'traffic-windows';
export const trafficWindowKey = (from: number): string => `traffic-window/${String(from).padStart(15, '0')}`;

export interface ServiceName {
  readonly application: string;
  readonly service: string;
}

/** It is about everything in the scope. */
export function isWhole({ application, service }: Subject): boolean {
  return application === undefined || service === undefined;
}

function spelled(of: Subject): string {
  return isWhole(of) ? of.scope : `${of.application}/${of.service}/${of.scope}`;
}

/** Follows from what happened, so that the same failure is the same incident, and the same recovery, however often it is decided. */
export function causeId(of: Subject, since: number): string {
  const id = `${spelled(of).replaceAll('/', '-')}-${since}`;
  return id.slice(-100).replace(/^[^a-z0-9]+/, '');
}
