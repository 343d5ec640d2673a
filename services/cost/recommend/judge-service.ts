import type { Offering } from '../../../shared/catalogue/types.ts';
import { dayAt, dayName } from '../../../shared/domain/calendar.ts';
import type { Change, Outcome, Reader } from '../../../shared/pipeline/handler.ts';
import type { Judging } from '../judge.ts';
import type { AskRecord } from './ask.ts';
import { awaiting } from './awaited.ts';
import { servingOf, type Facts } from './facts.ts';
import { linksOf, type Asked, type DecidedService } from './gather.ts';
import { watched } from './in-place.ts';
import { proposalsFor } from './propose.ts';
import { reconcile } from './reconcile.ts';
import { readService, type Recommended } from './read-service.ts';
import { recommendationKey, serviceKey, type RecommendationRecord, type ServiceRecord, type Shape } from './record.ts';
import { daysOf, usageKey, type UsageRecord } from './usage-record.ts';

export interface Around {
  readonly ask: AskRecord;
  readonly asked: Asked;
  readonly offerings: ReadonlyMap<string, Offering>;
  readonly judging: Judging;
}

/** What is recommended of one service from now on, and what became of what was. */
export async function judgeService(decided: DecidedService, around: Around): Promise<Outcome> {
  const { ask, asked, judging } = around;
  const { records, now } = judging.context;
  const wanted = asked.services.get(decided.service);
  if (wanted === undefined) return {};
  const known = await readService(ask.application, decided.service, records);
  const sized = sizedBy(known.service, decided, ask);
  const facts = await factsOf(decided, { ...around, ...wanted, sizedSince: sized.sizedSince });
  const shape = shapeOf(facts);
  const followed = known.records.map((each) => watched(each, { stated: wanted.stated, shape, now }));
  const { settings } = judging.given;
  const reconciled = reconcile(followed, proposalsFor(facts), {
    ...{ application: ask.application, service: decided.service, shape, now },
    shapeSince: sized.sizedSince,
    accept: settings.recommendations.accept,
  });
  const merged = new Map(followed.map((each) => [each.id, each]));
  for (const each of reconciled.records) merged.set(each.id, each);
  return {
    writes: await writesOf([...merged.values()], { known, sized, records }),
    events: reconciled.events,
  };
}

/** More are forgotten, the ones that came to an end first. */
const mostKept = 12;

interface Writing {
  readonly known: Recommended;
  readonly sized: Pick<ServiceRecord, 'size' | 'sizedSince' | 'application' | 'service'>;
  readonly records: Reader;
}

async function writesOf(
  all: readonly RecommendationRecord[],
  { known, sized, records }: Writing,
): Promise<readonly Change[]> {
  const before = new Map(known.records.map((each) => [each.id, each]));
  const active = (each: RecommendationRecord): number => (ended.has(each.state) ? 0 : 1);
  const kept = [...all].sort((a, b) => active(b) - active(a) || b.since - a.since).slice(0, mostKept);
  const dropped = [...before.keys()].filter((id) => !kept.some((each) => each.id === id));
  const writes: Change[] = [];
  for (const each of kept) {
    if (before.get(each.id) === each) continue;
    // One that was forgotten by its service may still be on record.
    if (!before.has(each.id)) await records.get(recommendationKey(each.id));
    writes.push({ key: recommendationKey(each.id), value: each });
  }
  const service: ServiceRecord = { ...sized, ids: kept.map(({ id }) => id).sort() };
  if (JSON.stringify(service) !== JSON.stringify(known.service)) {
    writes.push({ key: serviceKey(sized.application, sized.service), value: service });
  }
  const accepted = kept.filter((each) => each.state === 'accepted' && before.get(each.id)?.state !== 'accepted');
  return [
    ...writes,
    ...dropped.map((id) => ({ key: recommendationKey(id), value: undefined })),
    ...(accepted.length === 0
      ? []
      : await awaiting(
          sized.application,
          accepted.map(({ id }) => id),
          records,
        )),
  ];
}

const ended: ReadonlySet<string> = new Set(['expired', 'superseded', 'refused', 'failed', 'reverted']);

/** Shares of use are shares of the size it had: from the first whole day with this one. */
function sizedBy(
  known: ServiceRecord | undefined,
  { service, placed }: DecidedService,
  { application, at }: AskRecord,
) {
  const size = placed.map((each) => `${each.target}=${each.cpuMillicores}/${each.memoryMib}`).join(' ');
  const sizedSince = known?.size === size ? known.sizedSince : dayName(dayAt(at) + 1);
  return { application, service, size, sizedSince };
}

type FactsFrom = Around & Pick<Facts, 'stated' | 'service'> & { readonly sizedSince: string };

async function factsOf(decided: DecidedService, from: FactsFrom): Promise<Facts> {
  const { ask, asked, judging, stated, service, offerings, sizedSince } = from;
  const { records, now } = judging.context;
  const settings = judging.given.settings.recommendations;
  const usage = await records.get<UsageRecord>(usageKey(ask.application, decided.service));
  const today = dayAt(now);
  const start = dayName(today - settings.days);
  return {
    application: ask.application,
    ...{ service: asPlaced(service, decided), stated, offerings, now, settings },
    placed: decided.placed,
    eligible: decided.eligible,
    movedAt: decided.movedAt,
    days: daysOf(usage, start > sizedSince ? start : sizedSince, dayName(today)),
    links: await linksOf(service, asked, records),
  };
}

/** With the count that stands: a spread or the clock may ask for another than the spec states. */
function asPlaced(service: Facts['service'], decided: DecidedService): Facts['service'] {
  const replicas = servingOf(decided).reduce((sum, each) => sum + each.replicas, 0);
  return { ...service, replicas: service.schedule === undefined ? replicas : service.replicas };
}

function shapeOf({ service, placed }: Facts): Shape {
  const { replicas, cpuMillicores, memoryMib } = service;
  return { replicas, cpuMillicores, memoryMib, targets: servingOf({ placed }).map(({ target }) => target) };
}
