import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { call, type Call, type Connection } from '../../cli/client.ts';
import { followEvents, type LogEntry } from '../../cli/stream.ts';
import type { Hub } from '../process/hub.ts';

/** One request, from the call to the end of its rollout. */
export interface Request {
  /** From before the call to the time in the event rollout.completed. */
  readonly seconds: number;
  /** Events that were accepted in that time. */
  readonly events: number;
  /** Commands to deployers that this request caused. */
  readonly commands: number;
  /** The control plane's own, not the sandbox's. */
  readonly processorSeconds: number | undefined;
}

interface Accepted {
  readonly accepted: readonly { readonly id: string }[];
}

/** @throws Error when it is refused, fails or takes longer than ten minutes. */
export async function request(
  { connection, processorSeconds }: Hub,
  application: string,
  what: Call,
): Promise<Request> {
  const before = await published(connection);
  const cpu = processorSeconds();
  const started = Date.now();
  const { body } = await call<Accepted>(connection, what);
  const id = body.accepted[0]?.id ?? '';
  const completed = await ending(connection, application, before);
  return {
    seconds: (Date.parse(completed.event.time) - started) / 1000,
    events: completed.sequence - before,
    commands: await count(connection, id, before),
    processorSeconds: cpu === undefined ? undefined : (processorSeconds() ?? cpu) - cpu,
  };
}

async function published(connection: Connection): Promise<number> {
  const { body } = await call<{ readonly queue: { readonly published: number } }>(connection, { path: '/v1/status' });
  return body.queue.published;
}

/** By subject, not by correlation: the last service may turn ready by a look that the sweep ordered. */
async function ending(connection: Connection, subject: string, after: number): Promise<LogEntry> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(600_000)]);
  const first = async (type: string): Promise<LogEntry | undefined> => {
    for await (const entry of followEvents(connection, { subject, after, type }, signal)) return entry;
    return undefined;
  };
  try {
    const entry = await Promise.race(
      [rolloutCompleted, rolloutFailed, placementRejected].map(({ type }) => first(type)),
    );
    if (entry?.event.type === rolloutCompleted.type) return entry;
    throw new Error(
      `the deploy did not complete: ${JSON.stringify(entry?.event.data ?? 'no end in 600 s').slice(0, 2000)}`,
    );
  } finally {
    stop.abort();
  }
}

async function count(connection: Connection, correlationid: string, from: number): Promise<number> {
  let found = 0;
  let after: number | undefined = from;
  while (after !== undefined) {
    const query: Readonly<Record<string, string | number>> = {
      correlationid,
      type: deploymentApply.type,
      after,
      limit: 1000,
    };
    const { body } = await call<{ readonly events: readonly unknown[]; readonly next?: number }>(connection, {
      path: '/v1/events',
      query,
    });
    found += body.events.length;
    after = body.events.length < 1000 ? undefined : body.next;
  }
  return found;
}
