import { cloudOf } from '../../shared/contracts/values.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { isDown } from './decide.ts';
import { groundOf, harden, isFiring, recover, type Around } from './ground.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { causeId, groundKey, openRecoveryKey, recoveryKey, watchKey } from './keys.ts';
import type { GroundRecord, IncidentRecord, RecoveryRecord, WatchRecord } from './record.ts';
import { release } from './release.ts';
import { isOpen } from './service-recovery.ts';
import { exclusion, walk, type Cause } from './start.ts';
import { assess, reasonOf, signOf, type Assessment } from './whole-cloud.ts';
import { viewOf, type Hearsay } from './whole-cloud-view.ts';

/** Regions that one step takes with their cloud: a handful of items each. The others follow by themselves. */
const mostAtOnce = 10;

type Lost = Extract<Assessment, { readonly kind: 'lost' }>;

interface Considered {
  /** There is nothing more to do about the region by itself. */
  readonly taken: boolean;
  /** What the region's own incident should tell of it. */
  readonly told?: string;
}

/**
 * One of its regions is down, by news that is written already: is the whole cloud? Then it is left at once, with no second hold-down,
 * and so is every region of it that goes down from then on.
 * @param watch of the region, as it is to be
 * @param held it has been down for the hold-down; else another region of its cloud must have been
 */
export async function concludeFrom(watch: WatchRecord, given: Around & Hearsay, held: boolean): Promise<Considered> {
  const { settings, records } = given;
  const cloud = cloudOf(watch.scope);
  if (!settings.wholeCloud.enabled || cloud === '') return notTaken;
  const around = { ...given, records: given.sheet.over(records) };
  const ground = await groundOf({ scope: cloud }, records);
  if (ground.concluded) return { taken: await alsoLost(watch, ground, around) };
  return isFree(ground, around) ? consider({ watch, held }, ground, around) : notTaken;
}

async function consider(
  { watch, held }: { readonly watch: WatchRecord; readonly held: boolean },
  ground: GroundRecord,
  around: Around & Hearsay,
): Promise<Considered> {
  const { settings } = around;
  const { scope: cloud } = ground;
  const view = await viewOf(cloud, watch, around);
  if (view === undefined) return notTaken;
  const found = assess(view, settings.wholeCloud);
  switch (found.kind) {
    case 'unknown':
      return notTaken;
    case 'answers':
      return {
        taken: false,
        told: `${cloud} as a whole is not taken for lost: ${found.scope} has answered since (${toTime(found.at)})`,
      };
    case 'lost':
      if (!held && !isBelieved(found)) return notTaken;
      await conclude(cloud, ground, found, around);
      return { taken: true };
  }
}

/** One of them at least has been down for the hold-down. */
const isBelieved = ({ down }: Lost): boolean => down.some(({ incident }) => incident !== undefined);

const notTaken = { taken: false } as const;

/** Neither out of use nor being recovered; and recoveries of one scope by themselves keep their distance. */
function isFree({ held, recovery, endedAt = -Infinity }: GroundRecord, { now, settings }: Around): boolean {
  return held === undefined && recovery === undefined && now >= endedAt + settings.minimumDelayMs;
}

async function conclude(cloud: string, ground: GroundRecord, found: Lost, around: Around): Promise<void> {
  const { down, silent } = found;
  const reason = reasonOf(cloud, found);
  const downSince = Math.min(...down.map((each) => each.downSince ?? around.now));
  const incident = causeId({ scope: cloud }, downSince);
  const evidence = down.map((each) => `${each.scope} is ${each.status} since ${toTime(signOf(each))}`);
  const quiet = silent.map((scope) => `${scope} has not been heard of since`);
  const of = { incident, scope: cloud, trigger: 'health', reason, evidence: [...evidence, ...quiet] } as const;
  await openIncident({ ...of, status: 'open', downSince, detectedAt: around.now }, around);
  const lost = down.map(({ scope }) => ({ scope }));
  // What is not known to be down serves until its replacements do.
  const mode = silent.length === 0 ? 'ungraceful' : 'graceful';
  const since = Math.min(...down.map(signOf));
  const cause = { subject: { scope: cloud }, trigger: 'health', mode, reason, since, incident, lost } as const;
  const recovery = await recover({ ...cause, detectedAt: downSince } satisfies Cause, ground, around);
  if (recovery === undefined) return;
  const begun = await groundOf({ scope: cloud }, around.records);
  around.sheet.write(groundKey({ scope: cloud }), { ...begun, concluded: true } satisfies GroundRecord);
  for (const each of down.slice(0, mostAtOnce)) await takeWith(cloud, each, recovery, around);
}

/** It is out of use with its cloud, and by itself: it stays so when the cloud is used again. */
async function takeWith(cloud: string, watch: WatchRecord, recovery: string, around: Around): Promise<void> {
  const { records, sheet, now } = around;
  const { scope } = watch;
  const ground = await called(await groundOf({ scope }, records), around);
  if (ground.held !== undefined || ground.recovery !== undefined) {
    sheet.write(groundKey({ scope }), { ...ground, listed: recovery } satisfies GroundRecord);
    return;
  }
  const incident = await incidentOf(watch, cloud, around);
  const reason = `${scope} is ${watch.status}, and ${cloud} is taken for lost`;
  await records.get(watchKey(scope));
  const held = { mode: 'ungraceful', at: now, recovery } as const;
  sheet
    .write(watchKey(scope), { ...watch, incident } satisfies WatchRecord)
    .write(groundKey({ scope }), { ...ground, held, within: cloud } satisfies GroundRecord)
    .say(exclusion({ scope, mode: 'ungraceful', reason, incident }));
}

/** One of its own that has not begun need not begin. */
async function called(ground: GroundRecord, { records, sheet }: Around): Promise<GroundRecord> {
  const { recovery, ...rest } = ground;
  if (recovery === undefined) return ground;
  const known = await records.get<RecoveryRecord>(recoveryKey(recovery));
  if (known?.state !== 'waiting' || known.trigger !== 'health') return ground;
  await records.get(openRecoveryKey(recovery));
  sheet.write(recoveryKey(recovery), undefined).write(openRecoveryKey(recovery), undefined);
  return rest;
}

async function incidentOf(watch: WatchRecord, cloud: string, around: Around): Promise<string> {
  if (watch.incident !== undefined) return watch.incident;
  const { scope, status, evidence, downSince = around.now } = watch;
  const incident = causeId({ scope }, downSince);
  const reason = `${status}, as others of ${cloud} are`;
  const times = { downSince, detectedAt: around.now };
  const record: IncidentRecord = { incident, scope, status: 'open', trigger: 'health', reason, evidence, ...times };
  await openIncident(record, around);
  return incident;
}

/** The cloud is taken for lost, and here is one more region of it. */
async function alsoLost(watch: WatchRecord, cloud: GroundRecord, around: Around): Promise<boolean> {
  const { held } = cloud;
  if (held === undefined) return false;
  const { records, sheet } = around;
  await takeWith(cloud.scope, watch, held.recovery, around);
  const known = await records.get<RecoveryRecord>(recoveryKey(held.recovery));
  if (known === undefined) return true;
  const lost = [...(known.lost ?? []).filter(({ scope }) => scope !== watch.scope), { scope: watch.scope }];
  sheet.write(recoveryKey(known.recovery), { ...known, lost } satisfies RecoveryRecord);
  if (isOpen(known)) sheet.say(walk(known));
  await hardened(cloud, watch, around);
  return true;
}

/** Nothing of it is left that might still work. */
async function hardened(cloud: GroundRecord, watch: WatchRecord, around: Around): Promise<void> {
  const { held } = cloud;
  if (held?.mode !== 'graceful') return;
  const view = await viewOf(cloud.scope, watch, around);
  if (view?.regions.some((each) => each.used && (each.watch === undefined || !isDown(each.watch))) ?? true) return;
  const known = await around.records.get<RecoveryRecord>(recoveryKey(held.recovery));
  const cause = { mode: 'ungraceful', reason: `all regions of ${cloud.scope} that are used are down` } as const;
  harden(known, { ...cloud, held: { ...held, mode: 'ungraceful' } }, cause, around);
}

/**
 * One of its regions answers, or is well again: not the whole cloud is lost. It may be used, but for the regions that are down still, and
 * for what an operator said of it.
 * @param at when it answered: what was heard before the conclusion does not speak against it
 */
export async function answers(scope: string, given: Around, at = Infinity): Promise<void> {
  const cloud = cloudOf(scope);
  if (cloud === '') return;
  const around = { ...given, records: given.sheet.over(given.records) };
  const ground = await groundOf({ scope: cloud }, around.records);
  const { concluded, held, ...rest } = ground;
  if (!concluded || held === undefined || at <= held.at) return;
  const reason = `${scope} answers: not the whole of ${cloud} is lost`;
  if (!(await isFiring({ scope: cloud }, around.records))) return release(ground, reason, around);
  await closeIncident(held.recovery, { scope: cloud, reason }, around);
  around.sheet.write(groundKey(ground), { ...rest, held } satisfies GroundRecord);
}
