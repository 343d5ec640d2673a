import type { Draft } from '../../shared/contracts/contract.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import type { Failure, PageRecord, RolloutRecord, ServiceRecord } from './record.ts';

export interface PageInput {
  readonly application: string;
  readonly generation: number;
  readonly cause: DecisionCause;
  readonly page: number;
  readonly pages: number;
  readonly services: readonly { readonly service: string }[];
  readonly removed: readonly string[];
}

export interface Opened {
  readonly rollout: RolloutRecord;
  /** What the page waits for; absent when the page is not news, or of a generation that was superseded. */
  readonly page?: PageRecord;
}

/** A page of a placement arrives, in any order: a newer generation supersedes, an older one changes nothing here. */
export function openPage(known: RolloutRecord | undefined, input: PageInput, now: number): Opened {
  if (known !== undefined && known.generation > input.generation) return { rollout: known };
  const rollout = known?.generation === input.generation ? known : begin(known, input, now);
  if (rollout.pagesSeen.includes(input.page)) return { rollout };
  const { application, generation, page } = input;
  return {
    rollout: {
      ...rollout,
      pagesSeen: [...rollout.pagesSeen, page].sort((a, b) => a - b),
      services: rollout.services + input.services.length,
      removed: rollout.removed + input.removed.length,
    },
    page: {
      application,
      generation,
      page,
      remaining: [...input.services.map(({ service }) => service), ...input.removed],
    },
  };
}

function begin(
  known: RolloutRecord | undefined,
  { application, generation, cause, pages }: PageInput,
  now: number,
): RolloutRecord {
  const status = known?.status === 'progressing' ? 'superseded' : known?.status;
  return {
    application,
    generation,
    cause,
    status: 'progressing',
    pages,
    pagesSeen: [],
    pagesDone: [],
    services: 0,
    removed: 0,
    ...(known === undefined || status === undefined ? {} : { previous: { generation: known.generation, status } }),
    startedAt: now,
  };
}

/** A service of the page is done. */
export function settlePage(page: PageRecord, service: string): PageRecord {
  return { ...page, remaining: page.remaining.filter((each) => each !== service) };
}

/**
 * A page is done; with the last one the generation is, and that is said once. Also after it had failed: what was given up on came
 * right in the end, and nothing newer took its place meanwhile.
 */
export function finishPage(
  rollout: RolloutRecord,
  page: number,
  now: number,
): { rollout: RolloutRecord; events: Draft[] } {
  if (rollout.pagesDone.includes(page)) return { rollout, events: [] };
  const done = { ...rollout, pagesDone: [...rollout.pagesDone, page].sort((a, b) => a - b) };
  if (done.status === 'completed' || done.pagesDone.length < done.pages) return { rollout: done, events: [] };
  const { failure: _past, ...rest } = done;
  const { application, generation, services, cause } = done;
  return {
    rollout: { ...rest, status: 'completed', finishedAt: now },
    events: [rolloutCompleted.draft({ application, generation, services, withdrawn: cause === 'withdrawn' })],
  };
}

/** Why this service's generation will not become ready, if it will not. */
export function failureOf({ service, targets, generation }: ServiceRecord): Failure | undefined {
  const failed = Object.entries(targets).find(
    ([, { wanted, fact }]) => wanted && fact?.kind === 'failed' && fact.generation === generation,
  );
  const fact = failed?.[1].fact;
  if (failed === undefined || fact === undefined) return undefined;
  const { reason, message, standing } = fact;
  return { service, target: failed[0], reason, message, ...(standing === undefined ? {} : { standing }) };
}

/** A target failed while its generation was rolling out: the generation has failed, and that is said once. */
export function failRollout(
  rollout: RolloutRecord | undefined,
  service: ServiceRecord,
  now: number,
): { rollout: RolloutRecord; events: Draft[] } | undefined {
  if (rollout?.status !== 'progressing' || rollout.generation !== service.generation) return undefined;
  const failure = failureOf(service);
  if (failure === undefined) return undefined;
  const { application, generation } = rollout;
  return {
    rollout: { ...rollout, status: 'failed', failure, finishedAt: now },
    events: [rolloutFailed.draft({ application, generation, ...failure })],
  };
}

/**
 * A service that was done fails before its generation is: it is waited for again, so that the generation does not complete without
 * it. Undefined when that is not the case.
 */
export function reopen(
  rollout: RolloutRecord | undefined,
  page: PageRecord | undefined,
  service: ServiceRecord,
): { rollout: RolloutRecord; page: PageRecord; service: ServiceRecord } | undefined {
  const { application, generation } = service;
  const open = rollout?.generation === generation && rollout.status !== 'completed';
  if (!open || !service.settled || failureOf(service) === undefined) return undefined;
  const remaining = (page?.generation === generation ? page.remaining : []).filter((each) => each !== service.service);
  return {
    rollout: { ...rollout, pagesDone: rollout.pagesDone.filter((each) => each !== service.page) },
    page: { application, generation, page: service.page, remaining: [...remaining, service.service] },
    service: { ...service, settled: false },
  };
}

export function hasFailed(rollout: RolloutRecord | undefined, { generation }: ServiceRecord): boolean {
  return rollout?.status === 'failed' && rollout.generation === generation;
}
