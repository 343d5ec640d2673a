import { expect } from 'vitest';
import type { ApplicationSpec, ServiceSpec } from '../../shared/contracts/application-spec.ts';
import type { LogEntry } from '../../shared/ports/event-log.ts';

/** What is wanted of an application, by service; undefined: that it is gone. */
export type Wish = ReadonlyMap<string, Pick<ServiceSpec, 'image' | 'replicas'>> | undefined;

interface Decision {
  readonly application: string;
  readonly generation: number;
  readonly cause: string;
  readonly page: number;
}

const isOf = (name: string) => (entry: LogEntry) => entry.event.type === `dev.homeostasis.${name}.v1`;
const asked = ['application.submitted', 'application.scaled', 'application.withdrawn'].map(isOf);
const ownCauses = ['submitted', 'scaled', 'withdrawn'];

/**
 * Holds the log to its promises: every request that was accepted is in it, and has exactly one answer, a decision or a refusal;
 * generations count up by one; no generation completes twice.
 * @returns what is wanted of each application once all decisions are carried out, in their order.
 */
export function audit(log: readonly LogEntry[], accepted: readonly string[]): ReadonlyMap<string, Wish> {
  const requests = new Map(
    log.filter((each) => asked.some((is) => is(each))).map((each) => [each.event.id, each.event]),
  );
  expect(accepted.filter((id) => !requests.has(id))).toEqual([]);
  const decided = log.filter(isOf('placement.decided')).filter(({ event }) => (event.data as Decision).page === 1);
  const answers = [
    ...decided.filter(({ event }) => ownCauses.includes((event.data as Decision).cause)),
    ...log.filter(isOf('placement.rejected')),
  ];
  const answered = Map.groupBy(answers, ({ event }) => event.correlationid);
  for (const id of requests.keys()) expect(answered.get(id)?.length ?? 0, `answers to request ${id}`).toBe(1);

  const generations = Map.groupBy(
    decided.map(({ event }) => ({ ...(event.data as Decision), request: requests.get(event.correlationid) })),
    ({ application }) => application,
  );
  const completed = log.filter(isOf('rollout.completed')).map(({ event }) => event.data as Decision);
  const ended = completed.map(({ application, generation }) => `${application} ${generation}`);
  expect(new Set(ended).size, 'each generation completes once').toBe(ended.length);

  const wishes = new Map<string, Wish>();
  for (const [application, all] of generations) {
    const inOrder = all.toSorted((a, b) => a.generation - b.generation);
    expect(inOrder.map(({ generation }) => generation)).toEqual(inOrder.map((_, index) => index + 1));
    for (const { request, cause } of inOrder) {
      if (ownCauses.includes(cause)) wishes.set(application, carriedOut(wishes.get(application), request?.data));
    }
  }
  return wishes;
}

interface Asked {
  readonly spec?: ApplicationSpec;
  readonly services?: readonly { readonly name: string; readonly replicas: number }[];
}

function carriedOut(before: Wish, data: unknown): Wish {
  const { spec, services } = data as Asked;
  if (spec !== undefined) return new Map(spec.spec.services.map((service) => [service.name, service]));
  if (services === undefined) return undefined;
  const scaled = services.map(({ name, replicas }): [string, Pick<ServiceSpec, 'image' | 'replicas'>] => [
    name,
    { image: before?.get(name)?.image ?? '', replicas },
  ]);
  return new Map([...(before ?? []), ...scaled]);
}
