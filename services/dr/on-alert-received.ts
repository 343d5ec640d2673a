import { alertReceived } from '../../shared/contracts/alert-received.ts';
import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { decideAlert, subjectOfAlert } from './alert.ts';
import { groundOf, isFiring, recover, type Around } from './ground.ts';
import { openIncident } from './incidents.ts';
import {
  alertHoldKey,
  alertHoldsOf,
  alertKey,
  causeId,
  groundKey,
  isWhole,
  recoveryKey,
  standKey,
  watchKey,
} from './keys.ts';
import { anotherMark } from './mark.ts';
import type { AlertRecord, RecoveryRecord, StandRecord, Subject, WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import { spelled } from './start.ts';
import { countIn } from './walk.ts';
import { release } from './release.ts';

/** Something outside says that something is wrong, or no longer. It is kept whatever it says; what maps to a place moves it. */
export function onAlertReceived(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-alert-received',
    contract: alertReceived,
    handle: async (event, { records, now }) => {
      if (event.dryrun) return nothing;
      const key = alertKey(event.data.alert);
      const known = await records.get<AlertRecord>(key);
      const alert = decideAlert(known, event);
      if (alert === known) return nothing;
      const around: Around = { sheet: new Sheet(), records, now, settings };
      const value =
        alert.status === 'firing' ? await firedAgain(alert, known, around) : await resolved(alert, known, around);
      return around.sheet.write(key, value).outcome();
    },
  });
}

/** That it was resolved meanwhile may have been lost: what it held before, and does not hold now, it lets go of. */
async function firedAgain(alert: AlertRecord, known: AlertRecord | undefined, around: Around): Promise<AlertRecord> {
  const value = await fired(alert, around);
  const { holds: before } = known ?? {};
  const { holds: after } = value;
  const same = before !== undefined && after !== undefined && spelled(before) === spelled(after);
  if (before !== undefined && !same) await letGo(alert, before, around);
  return value;
}

async function fired(alert: AlertRecord, around: Around): Promise<AlertRecord> {
  const { records, settings } = around;
  const { application, service } = alert;
  const part = application === undefined || service === undefined ? undefined : { application, service };
  const stand = part === undefined ? undefined : await records.get<StandRecord>(standKey(part));
  const found = subjectOfAlert(alert, stand, settings);
  if ('because' in found) return { ...alert, bearing: found.because };
  const { subject } = found;
  const ground = await groundOf(subject, records);
  const going = ground.recovery ?? ground.held;
  if (going === undefined && (await countIn(subject, records)) === 0) {
    return { ...alert, bearing: `nothing of ours stands on ${subject.scope}` };
  }
  return hold(alert, subject, around);
}

/** Keeps its subject out of use for as long as it fires; the first of them brings about its recovery. */
async function hold(alert: AlertRecord, subject: Subject, around: Around): Promise<AlertRecord> {
  const { records, sheet, settings } = around;
  const ground = await groundOf(subject, records);
  const incident = ground.incident ?? (await incidentOf(alert, subject, around));
  const marked = { ...ground, incident };
  const key = alertHoldKey(subject, alert.alert);
  await records.get(key);
  // The last one that fires may be letting go of the ground just now: this one must not rely on it.
  const other = await anotherMark(alertHoldsOf(subject), key, around);
  if (other !== undefined) sheet.write(other.key, other.value);
  if (other === undefined || ground.incident === undefined) sheet.write(groundKey(subject), marked);
  sheet.write(key, { alert: alert.alert, at: alert.at });
  const { title: reason, startsAt: since, receivedAt: detectedAt } = alert;
  const cause = { subject, trigger: 'alert', mode: 'ungraceful', reason, since, detectedAt, incident } as const;
  await recover(cause, marked, around, { notBefore: since + settings.holdDownMs });
  return { ...alert, holds: subject, incident, bearing: `keeps ${spelled(subject)} out of use` };
}

/** The one that is open already, because the scope is down, or one of its own. */
async function incidentOf(alert: AlertRecord, subject: Subject, around: Around): Promise<string> {
  const { records, now } = around;
  const watch = isWhole(subject) ? await records.get<WatchRecord>(watchKey(subject.scope)) : undefined;
  if (watch?.incident !== undefined) return watch.incident;
  const { startsAt, title, description, severity } = alert;
  const incident = causeId(subject, startsAt);
  const evidence = [`alert ${alert.alert}: ${title}`, ...(description === '' ? [] : [description])];
  const times = { downSince: startsAt, detectedAt: now };
  const what = { incident, ...subject, trigger: 'alert', severity, reason: title, evidence, ...times } as const;
  await openIncident({ ...what, status: 'open' }, around);
  return incident;
}

async function resolved(alert: AlertRecord, known: AlertRecord | undefined, around: Around): Promise<AlertRecord> {
  const subject = known?.holds;
  if (subject === undefined) return { ...alert, bearing: known?.bearing ?? 'resolved before it was heard of' };
  await letGo(alert, subject, around);
  return { ...alert, bearing: `kept ${spelled(subject)} out of use` };
}

async function letGo(alert: AlertRecord, subject: Subject, around: Around): Promise<void> {
  const { records, sheet, settings, now } = around;
  const key = alertHoldKey(subject, alert.alert);
  await records.get(key);
  sheet.write(key, undefined);
  const ground = await groundOf(subject, records);
  const at = Math.max(alert.at, ground.alertsWellAt ?? 0);
  const marked = { ...ground, alertsWellAt: at };
  const delayMs = Math.max(0, at + settings.readmitAfterMs - now);
  sheet
    .write(groundKey(subject), marked)
    .say(drHoldDue.draft({ ...subject, expects: 'resolved', since: at }, { delayMs }));
  if (await isCalledOff(alert.alert, marked, around)) await release(marked, 'the alert is resolved', around);
}

/** Nothing was done about it yet, and nothing else asks for it. */
async function isCalledOff(
  alert: string,
  ground: Subject & { readonly recovery?: string },
  { records }: Around,
): Promise<boolean> {
  if (ground.recovery === undefined || (await isFiring(ground, records, alert))) return false;
  const recovery = await records.get<RecoveryRecord>(recoveryKey(ground.recovery));
  const down = isWhole(ground) && (await records.get<WatchRecord>(watchKey(ground.scope)))?.incident !== undefined;
  return recovery?.state === 'waiting' && recovery.trigger === 'alert' && !down;
}
