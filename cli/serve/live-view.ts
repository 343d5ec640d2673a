import { request } from 'node:http';
import { connect } from 'node:net';
import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { call, type Connection } from '../client.ts';
import { noteFitted as note, paint, table } from '../output.ts';
import { printServicesTo, type PlannedService } from '../show-plan.ts';
import { followEvents } from '../stream.ts';
import { tell } from '../wait.ts';
import { watchLosses } from './losses.ts';
import { watchRepeats } from './repeats.ts';

interface Plane {
  readonly gateway: { readonly port: number };
}

interface Decision {
  readonly services: readonly PlannedService[];
}

interface Split {
  readonly application: string;
  readonly service: string;
  readonly routes: readonly { readonly target: string; readonly endpoint: string; readonly weight: number }[];
}

/** What a person who has just typed `npm start` wants to see: where things go and why, what becomes ready, which URLs answer. */
export async function showLive(connection: Connection, plane: Plane, signal: AbortSignal): Promise<void> {
  const { body } = await call<{ readonly queue: { readonly published: number } }>(connection, { path: '/v1/status' });
  const whole = watchLosses();
  const repeats = watchRepeats();
  for await (const { event } of followEvents(connection, { after: body.queue.published }, signal)) {
    const application = event.subject ?? '';
    if (event.type === placementDecided.type) await showPlacement(connection, application);
    else if (!repeats(event)) tell(event, note);
    const back = whole(event);
    if (back !== undefined) note(`${paint('green', 'back'.padEnd(14), process.stderr)} ${back}`);
    const answering = event.type === rolloutCompleted.type ? application : back;
    if (answering !== undefined) await showUrls(connection, answering, plane.gateway.port);
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
  const rows = await Promise.all(routed.map((split) => answers(split, port)));
  if (rows.length > 0) note(`\n${table(['url', 'answers', 'served from'], rows)}\n`);
}

async function answers({ application, service, routes }: Split, port: number): Promise<string[]> {
  const where = routes.map(({ target, weight }) => `${target} ${weight}%`).join(', ');
  // The gateway speaks HTTP; what is balanced by connection is reached at its own address.
  const direct = routes.find(({ endpoint }) => endpoint.startsWith('tcp://'));
  if (direct !== undefined)
    return [paint('cyan', direct.endpoint, process.stderr), await connects(direct.endpoint), where];
  const host = `${service}.${application}.localhost`;
  return [paint('cyan', `http://${host}:${port}`, process.stderr), await probe(host, port), where];
}

function connects(endpoint: string): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 5000 });
    const end = (style: 'green' | 'red', text: string): void => {
      socket.destroy();
      resolve(paint(style, text, process.stderr));
    };
    socket.on('connect', () => end('green', 'tcp'));
    socket.on('timeout', () => end('red', 'no answer within 5 s'));
    socket.on('error', (error) => end('red', error.message));
  });
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
