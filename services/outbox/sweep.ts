import type { OutboxPorts, Pending } from './ports.ts';
import { relay } from './relay.ts';

/** Whoever commits events; a new service that does is added here, and to the role of this function. */
export const owners = ['ingress', 'placement', 'monitor', 'rollout', 'traffic', 'dr', 'cost'] as const;

/** Where there is a standby hub: what the other one accepted, and what was put out again after a takeover. */
export const standbyOwner = 'standby';

/** The stream has an item within a second or so: what is older was missed by it. */
export const leftAfterMs = 60_000;

export interface SweepPorts extends OutboxPorts {
  leftovers(owner: string): AsyncIterable<readonly Pending[]>;
  readonly now: number;
}

export interface Swept {
  readonly sent: number;
  /** Still there: not sent now, or never to be. */
  readonly left: number;
  /** Age of the oldest that was found, in seconds; 0 when nothing was left over. The alarm watches this. */
  readonly lagSeconds: number;
  /** Owners whose shards could not be read to the end. */
  readonly failed: readonly string[];
}

export const nothingSwept: Swept = { sent: 0, left: 0, lagSeconds: 0, failed: [] };

/**
 * Sends what the stream did not: its records expire after a day, and a batch that keeps failing is given up. One owner whose shards
 * cannot be read does not keep the others from being swept.
 */
export async function sweep(ports: SweepPorts, of: readonly string[] = owners): Promise<Swept> {
  let swept = nothingSwept;
  for (const owner of of) swept = sum(swept, await sweepOne(owner, ports));
  return swept;
}

async function sweepOne(owner: string, ports: SweepPorts): Promise<Swept> {
  let swept = nothingSwept;
  try {
    for await (const page of ports.leftovers(owner)) {
      const old = page.filter((pending) => isLeftOver(pending, ports.now));
      const results = old.length === 0 ? [] : await relay(old, ports);
      const sent = results.filter((result) => result === 'sent').length;
      const lagSeconds = Math.max(0, ...old.map((pending) => ageSeconds(pending, ports.now)));
      swept = sum(swept, { sent, left: results.length - sent, lagSeconds, failed: [] });
    }
    return swept;
  } catch (error) {
    ports.logger.error('outbox.sweep-failed', { owner, error: String(error) });
    return { ...swept, failed: [owner] };
  }
}

function sum(one: Swept, other: Swept): Swept {
  return {
    sent: one.sent + other.sent,
    left: one.left + other.left,
    lagSeconds: Math.max(one.lagSeconds, other.lagSeconds),
    failed: [...one.failed, ...other.failed],
  };
}

/** An older release wrote no time beside the event: then it counts from when that says it happened, which somebody else may have set. */
const waitsSince = ({ committedAt, publication: { event } }: Pending): number => committedAt ?? Date.parse(event.time);

/** What claims to be from the future would never grow old: it counts as left over. At worst it is sent by the stream and by us. */
const isLeftOver = (pending: Pending, now: number): boolean => Math.abs(now - waitsSince(pending)) > leftAfterMs;

const ageSeconds = (pending: Pending, now: number): number =>
  Math.max(0, Math.floor((now - waitsSince(pending)) / 1000));
