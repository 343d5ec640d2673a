import type { Alert, Severity } from '../../../shared/contracts/alert-received.ts';
import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Envelope } from '../../../shared/contracts/envelope.ts';
import type { IngressPorts } from '../ports.ts';
import type { Counts, Granted } from './budget.ts';
import { busyStatus, parsers } from './dialects/index.ts';
import { mapAlert, type Mapping } from './map-alert.ts';
import type { Delivery, ParsedAlert } from './parsed.ts';
import { severities } from './severity.ts';
import { toEvent, type Receiving } from './to-event.ts';

/** What became of a request; the sender reads the status, people the rest. */
export interface Outcome {
  readonly status: 202 | 429 | 503;
  readonly retryAfterSeconds?: number;
  readonly body: {
    readonly hook: string;
    readonly accepted: number;
    readonly duplicates: number;
    /** How many are to be sent again: what was accepted of this request is then a duplicate. */
    readonly deferred: number;
    readonly skipped: readonly string[];
    readonly alerts: readonly Shown[];
  };
}

export type Shown = Pick<
  Alert,
  'alert' | 'status' | 'severity' | 'title' | 'application' | 'service' | 'scope' | 'test' | 'notes'
> & { readonly id: string; readonly duplicate: boolean };

/** More alerts than this in a body of the size that is taken are no alerts. */
export const mostAlerts = 2000;
/** A transaction of the hub holds 50 events with their marks. */
const perTransaction = 50;
/** Of a storm, the answer shows the first. */
const mostShown = 100;
const mostReasons = 20;

/** Parses a body in the hook's dialect. @throws ProblemError, InvalidEvent for what is none of it */
export function readAlerts(hook: HookConfig, delivery: Delivery): ReturnType<(typeof parsers)['alertmanager']> {
  return parsers[hook.dialect](delivery);
}

/** Alerts as events, each with what it is about; the worst come first. Pure. */
export function eventsOf(
  alerts: readonly ParsedAlert[],
  mapping: Mapping,
  receiving: Receiving,
): readonly Envelope<Alert>[] {
  const events = alerts.map((each) => toEvent(each, mapAlert(each, mapping), receiving));
  const rank = (event: Envelope<Alert>): number => severities.indexOf(event.data.severity);
  return events.sort((a, b) => rank(a) - rank(b));
}

export function countsOf(events: readonly Envelope<Alert>[]): Counts {
  const count = (severity: Severity): number => events.filter(({ data }) => data.severity === severity).length;
  return { critical: count('critical'), warning: count('warning'), info: count('info') };
}

/** Those there is room for, the worst first. Pure. */
export function admitted(events: readonly Envelope<Alert>[], { counts }: Granted): readonly Envelope<Alert>[] {
  const left = { ...counts };
  return events.filter(({ data: { severity } }) => {
    left[severity] -= 1;
    return left[severity] >= 0;
  });
}

/**
 * Makes them durable, a transaction at a time. Nothing is answered before the last one is: a request that fails in the middle is sent
 * again, and what was entered is then a duplicate.
 * @throws BusUnavailable
 */
export async function publishAll(
  events: readonly Envelope<Alert>[],
  bus: IngressPorts['bus'],
): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (let at = 0; at < events.length; at += perTransaction) {
    const batch = events.slice(at, at + perTransaction);
    const results = await bus.publish(batch.map((event) => ({ event })));
    shown.push(...batch.map((event, i) => shownOf(event, results[i] === 'duplicate')));
  }
  return shown;
}

function shownOf({ id, data }: Envelope<Alert>, duplicate: boolean): Shown {
  const { alert, status, severity, title, application, service, scope, test, notes } = data;
  const about = { application, service, scope, test, notes };
  const known = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
  return { id, alert, status, severity, title, ...known, duplicate };
}

export function outcomeOf(
  hook: HookConfig,
  { shown, skipped }: { readonly shown: readonly Shown[]; readonly skipped: readonly string[] },
  { deferred, retryAfterSeconds }: { readonly deferred: number; readonly retryAfterSeconds: number },
): Outcome {
  const duplicates = shown.filter(({ duplicate }) => duplicate).length;
  const body = {
    hook: hook.name,
    accepted: shown.length - duplicates,
    duplicates,
    deferred,
    skipped: skipped.slice(0, mostReasons),
    alerts: shown.slice(0, mostShown),
  };
  return deferred === 0 ? { status: 202, body } : { status: busyStatus[hook.dialect], retryAfterSeconds, body };
}
