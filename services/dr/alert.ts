import type { Alert } from '../../shared/contracts/alert-received.ts';
import type { alertReceived } from '../../shared/contracts/alert-received.ts';
import type { Message } from '../../shared/contracts/contract.ts';
import { covers } from '../../shared/domain/target.ts';
import type { AlertRecord, StandRecord, Subject } from './record.ts';
import type { DrSettings } from './settings.ts';
import { standingOn } from './walk.ts';

type Received = Pick<Message<typeof alertReceived.schema>, 'data' | 'time'>;

/** Older than this, what a sender says of when it began is not taken for when the trouble began: it fired long before we were told. */
const longestMs = 24 * 3_600_000;

/**
 * The alert as it stands after this word. The newest word holds, whatever order they come in: one that fires again began again, and
 * what ended at a moment has ended everything that began before it.
 * @returns the known record itself when the word is not news.
 */
export function decideAlert(known: AlertRecord | undefined, { data, time }: Received): AlertRecord {
  const now = Date.parse(time);
  const startsAt = clamp(Date.parse(data.startsAt), now);
  const endsAt = clamp(Date.parse(data.endsAt ?? time), now);
  const at = data.status === 'firing' ? startsAt : Math.max(startsAt, endsAt);
  if (known !== undefined && !isNewer({ at, status: data.status }, known)) return known;
  const { startsAt: _said, endsAt: _ended, ...rest } = data;
  return {
    ...rest,
    startsAt,
    ...(data.status === 'resolved' ? { endsAt } : {}),
    at,
    receivedAt: now,
    bearing: known?.bearing ?? '',
    ...(known?.incident === undefined ? {} : { incident: known.incident }),
  };
}

function isNewer(word: Pick<AlertRecord, 'at' | 'status'>, known: AlertRecord): boolean {
  return word.at > known.at || (word.at === known.at && word.status === 'resolved' && known.status === 'firing');
}

/** Clocks differ: nothing begins later than it is told. What cannot be read, or is too long ago, begins when it is told. */
function clamp(at: number, now: number): number {
  return Number.isNaN(at) || at > now || now - at > longestMs ? now : at;
}

const severities: readonly Alert['severity'][] = ['critical', 'warning', 'info'];

/** What an alert is about, as far as it can move something; or why it moves nothing. */
export function subjectOfAlert(
  alert: Pick<AlertRecord, 'severity' | 'test' | 'scope' | 'application' | 'service'>,
  stand: StandRecord | undefined,
  { alerts }: DrSettings,
): { readonly subject: Subject } | { readonly because: string } {
  if (alert.test) return { because: 'a test notification: it moves nothing' };
  if (alerts === 'off') return { because: 'alerts start no recovery here (dr.alerts is off)' };
  if (severities.indexOf(alert.severity) > severities.indexOf(alerts)) {
    return { because: `its severity is ${alert.severity}; recoveries start from ${alerts} (dr.alerts)` };
  }
  const { scope, application, service } = alert;
  if (application !== undefined && service !== undefined) return partOf(alert, { application, service }, stand);
  if (application !== undefined) return { because: 'it names an application, but no service of it' };
  return scope === undefined ? { because: 'its labels map to nothing' } : { subject: { scope } };
}

function partOf(
  { scope }: Pick<AlertRecord, 'scope'>,
  of: { readonly application: string; readonly service: string },
  stand: StandRecord | undefined,
): { readonly subject: Subject } | { readonly because: string } {
  const name = `${of.application}/${of.service}`;
  const targets = stand === undefined ? [] : standingOn(stand);
  if (targets.length === 0) return { because: `no service ${name} stands anywhere` };
  if (scope !== undefined) {
    const there = targets.some((target) => covers(scope, target));
    return there ? { subject: { ...of, scope } } : { because: `${name} does not stand on ${scope}` };
  }
  const [only, ...more] = targets;
  if (only !== undefined && more.length === 0) return { subject: { ...of, scope: only } };
  return { because: `${name} stands on ${targets.length} targets, and it does not say which of them` };
}
