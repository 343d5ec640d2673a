import type { Reader } from '../../shared/pipeline/handler.ts';
import { covers } from '../../shared/domain/target.ts';
import { isDown } from './decide.ts';
import { isFiring } from './ground.ts';
import { cordonPrefix, groundKey, isWhole, scopeGroundPrefix, serviceGroundPrefix, watchPrefix } from './keys.ts';
import type { CordonRecord, GroundRecord, Subject, WatchRecord } from './record.ts';
import { spelled, subjectOf } from './start.ts';

/** Scopes and services that dr keeps record of; more are not looked at in one step. */
const most = 1000;

const meet = (a: string, b: string): boolean => covers(a, b) || covers(b, a);

/** What speaks against putting anything into a scope now, for a person; undefined: nothing does. */
export async function troubleWith(subject: Subject, records: Reader): Promise<string | undefined> {
  const { scope } = subject;
  const watches = await near<WatchRecord>(watchPrefix, scope, records);
  const down = watches.find((each) => isDown(each) || each.incident !== undefined);
  if (down !== undefined) return `${down.scope} is ${down.status}`;
  const grounds = [
    ...(await near<GroundRecord>(scopeGroundPrefix, scope, records)),
    ...(await ownGround(subject, records)),
  ];
  const held = grounds.find((each) => each.held !== undefined || each.recovery !== undefined);
  if (held !== undefined) return `${spelled(held)} is out of use, or about to be`;
  const cordons = await near<CordonRecord>(cordonPrefix, scope, records);
  const cordon = cordons.find(({ lifted }) => !lifted);
  if (cordon !== undefined) return `${cordon.scope} is kept out of use by an operator: ${cordon.reason}`;
  if (await isFiring({ scope }, records)) return `an alert about ${scope} fires`;
  return !isWhole(subject) && (await isFiring(subject, records))
    ? `an alert about ${spelled(subject)} fires`
    : undefined;
}

/** Newest word on the health of the scope, and of what is in it or around it: it has not been well for longer than that. */
export async function wellSince(scope: string, records: Reader): Promise<number> {
  const watches = await near<WatchRecord>(watchPrefix, scope, records);
  return Math.max(0, ...watches.map(({ wellAt = 0 }) => wellAt));
}

async function near<T extends { readonly scope: string }>(
  prefix: string,
  scope: string,
  records: Reader,
): Promise<T[]> {
  const { items } = await records.list<T>(prefix, { limit: most });
  return items.map(({ value }) => value).filter((each) => meet(each.scope, scope));
}

async function ownGround(subject: Subject, records: Reader): Promise<GroundRecord[]> {
  const found = isWhole(subject) ? undefined : await records.get<GroundRecord>(groundKey(subjectOf(subject)));
  return found === undefined ? [] : [found];
}

/** By its health, or by that of something in it or around it; also before that is held to be an incident. */
export async function isDownIn(scope: string, records: Reader): Promise<boolean> {
  const watches = await near<WatchRecord>(watchPrefix, scope, records);
  return watches.some((each) => isDown(each) || each.incident !== undefined);
}

/** Of anything anywhere: a recovery that is under way, or something that is out of use for it. */
export async function troubleAnywhere(records: Reader): Promise<string | undefined> {
  const watches = await records.list<WatchRecord>(watchPrefix, { limit: most });
  const down = watches.items.find(({ value }) => isDown(value) || value.incident !== undefined)?.value;
  if (down !== undefined) return `${down.scope} is ${down.status}`;
  for (const prefix of [scopeGroundPrefix, serviceGroundPrefix]) {
    const { items } = await records.list<GroundRecord>(prefix, { limit: most });
    const held = items.find(
      ({ value }) => value.held !== undefined || value.recovery !== undefined || value.incident !== undefined,
    );
    if (held !== undefined) return `${spelled(held.value)} is out of use, or a recovery of it is under way`;
  }
  return undefined;
}
