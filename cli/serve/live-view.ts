import { request } from 'node:http';
import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { call, type Connection } from '../client.ts';
import { note, paint, table } from '../output.ts';
import { printServicesTo, type PlannedService } from '../show-plan.ts';
import { followEvents } from '../stream.ts';
import { tell } from '../wait.ts';

interface Plane {
  readonly gateway: { readonly port: number };
}

interface Decision {
  readonly services: readonly PlannedService[];
}

interface Split {
  readonly application: string;
  readonly service: string;
  readonly routes: readonly { readonly target: string; readonly weight: number }[];
}

/** What a person who has just typed `npm start` wants to see: where things go and why, what becomes ready, which URLs answer. */
export async function showLive(connection: Connection, plane: Plane, signal: AbortSignal): Promise<void> {
  const { body } = await call<{ readonly queue: { readonly published: number } }>(connection, { path: '/v1/status' });
  for await (const { event } of followEvents(connection, { after: body.queue.published }, signal)) {
    const application = event.subject ?? '';
    if (event.type === placementDecided.type) await showPlacement(connection, application);
    else tell(event);
    if (event.type === rolloutCompleted.type) await showUrls(connection, application, plane.gateway.port);
  }
}

async function showPlacement(connection: Connection, application: string): Promise<void> {
  const path = `/v1/applications/${encodeURIComponent(application)}/decision`;
  const decision = await call<Decision>(connection, { path }).catch(() => undefined);
  // A withdrawn application has no decision to show.
  if (decision === undefined || decision.body.services.length === 0) return;
  note(`\n${paint('bold', application, process.stderr)} is placed:`);
  printServicesTo(note, decision.body.services);
  note('');
}

async function showUrls(connection: Connection, application: string, port: number): Promise<void> {
  const { body } = await call<{ readonly splits: readonly Split[] }>(connection, {
    path: '/v1/traffic',
    query: { application },
  });
  const routed = body.splits.filter(({ routes }) => routes.some(({ weight }) => weight > 0));
  const rows = await Promise.all(
    routed.map(async ({ service, routes }) => {
      const host = `${service}.${application}.localhost`;
      const status = await probe(host, port);
      const where = routes.map(({ target, weight }) => `${target} ${weight}%`).join(', ');
      return [paint('cyan', `http://${host}:${port}`, process.stderr), status, where];
    }),
  );
  if (rows.length > 0) note(`\n${table(['url', 'answers', 'served from'], rows)}\n`);
}

/** Asks the gateway by address, with the name in the Host header: not every resolver knows `*.localhost`. */
function probe(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/', headers: { host: `${host}:${port}` }, timeout: 5000 },
      (answer) => {
        answer.resume();
        const ok = (answer.statusCode ?? 500) < 500;
        resolve(paint(ok ? 'green' : 'red', String(answer.statusCode), process.stderr));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 5 s')));
    outgoing.on('error', (error) => resolve(paint('red', error.message, process.stderr)));
    outgoing.end();
  });
}
