import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import type { DeadLetter } from '../../shared/ports/event-log.ts';
import { call, type Connection } from '../client.ts';
import { deadLettersOf } from '../dead-letters.ts';
import { followEvents, type LogEntry } from '../stream.ts';

/** The way from the control plane through a deployer to a cloud's API, and back. */
export interface Link {
  readonly scope: string;
  readonly ok: boolean;
  /** From the request until the answer was in the log; absent when none came. */
  readonly milliseconds?: number;
  readonly detail: string;
}

interface Surveying {
  readonly id: string;
  readonly accepted: readonly { readonly scope: string }[];
}

export interface Probe {
  /** A cloud or a cloud/region; empty: every enabled cloud. */
  readonly scopes: readonly string[];
  readonly timeoutSeconds: number;
  readonly told?: (link: Link) => void;
}

/**
 * Has every cloud's deployer say what it finds there, and waits for it: a command goes out, a real API is asked, a fact comes back. Each
 * step that needs somebody's permission is on that way. Nothing in any cloud is changed.
 */
export async function probeLinks(connection: Connection, { scopes, timeoutSeconds, told }: Probe): Promise<Link[]> {
  const asked = await Promise.all((scopes.length === 0 ? [undefined] : scopes).map((scope) => ask(connection, scope)));
  const links = await Promise.all(asked.map((each) => linksOf(connection, each, { timeoutSeconds, told })));
  return links.flat();
}

interface Asked extends Surveying {
  readonly startedAt: number;
}

async function ask(connection: Connection, scope: string | undefined): Promise<Asked> {
  const startedAt = performance.now();
  const body = JSON.stringify(scope === undefined ? {} : { scope });
  const headers = { 'content-type': 'application/json' };
  const answer = await call<Surveying>(connection, { method: 'POST', path: '/v1/clouds/survey', body, headers });
  return { ...answer.body, startedAt };
}

type Waiting = Pick<Probe, 'timeoutSeconds'> & { readonly told: Probe['told'] };

async function linksOf(
  connection: Connection,
  { id, accepted, startedAt }: Asked,
  { timeoutSeconds, told }: Waiting,
): Promise<Link[]> {
  const open = new Set(accepted.map(({ scope }) => scope));
  const sent = new Set<string>();
  const links: Link[] = [];
  const close = (link: Link): void => {
    open.delete(link.scope);
    links.push(link);
    told?.(link);
  };
  for await (const { event } of followEvents(
    connection,
    { correlationid: id },
    AbortSignal.timeout(timeoutSeconds * 1000),
  )) {
    const scope = event.subject ?? '';
    if (event.type === targetSurvey.type) sent.add(scope);
    if (event.type !== targetSurveyed.type || !open.has(scope)) continue;
    close(answered(scope, event, Math.round(performance.now() - startedAt)));
    if (open.size === 0) return links;
  }
  const dead = await deadLettersOf(connection, id);
  for (const scope of [...open]) close(silent(scope, { timeoutSeconds, isSent: sent.has(scope), dead }));
  return links;
}

function answered(scope: string, { data }: LogEntry['event'], milliseconds: number): Link {
  const { phase, message, reason } = data as {
    readonly phase: string;
    readonly message: string;
    readonly reason?: string;
  };
  const ok = phase === 'answered' && reason === undefined;
  return { scope, milliseconds, ok, detail: ok ? message : `${reason ?? phase}: ${message}` };
}

interface Silence {
  readonly timeoutSeconds: number;
  readonly isSent: boolean;
  readonly dead: readonly DeadLetter[];
}

/** How far it came, and whom to ask next. */
function silent(scope: string, { timeoutSeconds, isSent, dead }: Silence): Link {
  const letter = dead.find(({ event }) => event.subject === scope);
  if (letter !== undefined) {
    const { consumer, error } = letter;
    return { scope, ok: false, detail: `${consumer} failed: ${error.name}: ${error.message}` };
  }
  const within = `within ${timeoutSeconds} s`;
  if (!isSent) return { scope, ok: false, detail: `the command has not come over the bus ${within}: see the outbox` };
  const cloud = scope.slice(0, scope.indexOf('/'));
  const next = `see the log of deployer-${cloud} and, on the hub, of the relay: what fails there is tried again for minutes`;
  return { scope, ok: false, detail: `the command is out, and no answer came ${within}: ${next}` };
}
