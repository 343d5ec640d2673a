import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { QueryAnswer } from '../../shared/ports/http.ts';
import { meant } from './meant.ts';
import type { IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';

type Ports = Pick<IngressPorts, 'routes' | 'log' | 'recent'>;

/**
 * A change to an application that nobody knows is a slip of the hand: told at once, not by an event that nobody waits for. Where the
 * read endpoints of its owner are not mounted it cannot be told, and the change is taken.
 * @throws ProblemError 404 that names the applications there are.
 */
export async function checkKnown(application: string, ports: Ports): Promise<void> {
  const found = await ask('/applications/:application', { application }, ports);
  if (found?.status !== 404 || (await isOnItsWay(application, ports))) return;
  const { applications = [] } = ((await ask('/applications', {}, ports))?.body ?? {}) as {
    readonly applications?: readonly { readonly application: string }[];
  };
  const names = applications.map((each) => each.application);
  const detail = `there is no application ${application}; ${meant(application, names, 'applications')}`;
  throw new ProblemError(404, 'Not Found', detail);
}

async function ask(
  path: string,
  params: Readonly<Record<string, string>>,
  { routes }: Ports,
): Promise<QueryAnswer | undefined> {
  return routes.find((route) => route.method === 'GET' && route.path === path)?.answer({ params, search: {} });
}

/** Events that may lie between a submission and its decision. A page of the log: only a slip of the hand pays for reading it. */
const recent = 1000;
const turns = new Set<string>([applicationSubmitted.type, placementRejected.type, applicationWithdrawn.type]);

/**
 * Submitted a moment ago and not decided yet: what was accepted happens, and what follows it shall find it. On the hub it enters the log
 * by way of the bus, so what was accepted last may be in no log yet.
 */
async function isOnItsWay(application: string, { log, recent: recently }: Ports): Promise<boolean> {
  const [newest] = await log.read({ reverse: true, limit: 1 });
  const after = Math.max(0, (newest?.sequence ?? 0) - recent);
  const page = await log.read({ after, subjectPrefix: application, reverse: true, limit: recent });
  const last = page.find(({ event }) => event.subject === application && turns.has(event.type));
  const accepted = await recently?.(application);
  const isLogged = page.some(({ event: { source, id } }) => source === accepted?.source && id === accepted.id);
  const newer = accepted === undefined || isLogged ? last?.event : accepted;
  return newer?.type === applicationSubmitted.type;
}
