import { applicationWithdrawn } from '../shared/contracts/application-withdrawn.ts';
import { deploymentDegraded } from '../shared/contracts/deployment-degraded.ts';
import { deploymentFailed } from '../shared/contracts/deployment-failed.ts';
import { deploymentReady } from '../shared/contracts/deployment-ready.ts';
import { deploymentRemoved } from '../shared/contracts/deployment-removed.ts';
import { healthChanged } from '../shared/contracts/health-changed.ts';
import { placementDecided } from '../shared/contracts/placement-decided.ts';
import { placementRejected } from '../shared/contracts/placement-rejected.ts';
import { rolloutCompleted } from '../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../shared/contracts/rollout-failed.ts';
import { targetExcluded } from '../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../shared/contracts/target-readmitted.ts';
import { trafficShifted } from '../shared/contracts/traffic-shifted.ts';
import { call, find, type Connection } from './client.ts';
import { costMarks, costWords } from './cost/tell.ts';
import { CliError, exitCode } from './exit.ts';
import { note, paint } from './output.ts';
import { recoveryMarks, recoveryWords } from './recovery/tell.ts';
import { followEvents, type LogEntry } from './stream.ts';

export interface Outcome {
  readonly application: string;
  readonly result: 'completed' | 'rejected' | 'failed' | 'rolled-back' | 'superseded';
  readonly generation?: number;
  readonly message: string;
}

/**
 * Follows one request until it has come to rest, telling what happens on stderr.
 * @throws CliError when it takes longer than `timeoutSeconds`.
 */
export async function waitFor(
  connection: Connection,
  { application, id }: { readonly application: string; readonly id: string },
  timeoutSeconds: number,
): Promise<Outcome> {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  let failure: string | undefined;
  const causes = new Map<number, string>();
  const settled = watchRecord(connection, application, () => Math.max(0, ...causes.keys()));
  const signal = AbortSignal.any([deadline, settled.signal]);
  using _watch = settled;
  for await (const { event } of followEvents(connection, { correlationid: id }, signal)) {
    tell(event);
    const data = event.data as Readonly<Record<string, unknown>>;
    if (event.type === placementDecided.type) causes.set(Number(data['generation']), String(data['cause']));
    if (event.type === placementRejected.type) {
      return { application, result: 'rejected', message: rejection(data) };
    }
    const generation = Number(data['generation']);
    if (event.type === rolloutFailed.type && causes.has(generation)) {
      failure = `${String(data['service'])} on ${String(data['target'])}: ${String(data['reason'])}: ${String(data['message'])}`;
      if (await cameToRest(connection, application, generation))
        return { application, result: 'failed', message: failure };
    }
    // It may be the end of somebody else's change, which one of our observations happened to finish.
    if (event.type === rolloutCompleted.type) {
      return fromRecord(application, { generation, status: 'running' }, { causes, failure });
    }
  }
  const seen = settled.seen();
  if (seen !== undefined) return fromRecord(application, seen, { causes, failure });
  throw new CliError(
    exitCode.failed,
    `${application}: not done after ${timeoutSeconds} s; it goes on: see "npx homeostasis status ${application}"`,
  );
}

const lookEveryMs = 1000;
/** Of an application that there is not any more. */
const gone = 'gone';

interface Standing {
  readonly generation: number;
  readonly status: string;
}

/**
 * Watches the record beside the stream. Somebody else's change may take over while we wait, and then ours never completes; and
 * what finishes ours may be an observation that somebody else's request began, and carries its correlation. Two looks must agree,
 * because what follows from our own request may be known to the record a moment before it is to us.
 */
function watchRecord(connection: Connection, application: string, own: () => number) {
  const settled = new AbortController();
  let before: Standing | undefined;
  let seen: Standing | undefined;
  const look = async (): Promise<void> => {
    const path = `/v1/applications/${encodeURIComponent(application)}`;
    const now = (await find<Standing>(connection, { path })) ?? { generation: own(), status: gone };
    const same = before?.generation === now.generation && before.status === now.status;
    const over = now.generation > own() || ['running', 'failed', gone].includes(now.status);
    before = now;
    if (own() === 0 || !same || !over) return;
    seen = now;
    settled.abort();
  };
  // Not reachable: the stream of events will tell.
  const timer = setInterval(() => void look().catch(() => {}), lookEveryMs);
  return { signal: settled.signal, seen: () => seen, [Symbol.dispose]: () => clearInterval(timer) };
}

function fromRecord(
  application: string,
  { generation, status }: Standing,
  { causes, failure }: { readonly causes: ReadonlyMap<number, string>; readonly failure: string | undefined },
): Outcome {
  if (status === gone && causes.get(generation) !== 'withdrawn') {
    return { application, result: 'superseded', generation, message: 'somebody else has removed it' };
  }
  if (!causes.has(generation)) {
    const message = `generation ${generation} of somebody else took over`;
    return { application, result: 'superseded', generation, message };
  }
  if (status === 'failed') return { application, result: 'failed', message: failure ?? 'its rollout failed' };
  return { application, generation, ...ending(generation, causes.get(generation), failure) };
}

/** A failure on the way is not the end: what was asked for may have found another place, or may have been taken back. */
function ending(
  generation: number,
  cause: string | undefined,
  failure: string | undefined,
): Pick<Outcome, 'result' | 'message'> {
  if (cause === 'withdrawn') return { result: 'completed', message: 'nothing of it is left' };
  if (cause === 'rolled-back') {
    return { result: 'rolled-back', message: `${failure ?? 'it failed'}; generation ${generation} stands instead` };
  }
  const after = failure === undefined ? '' : ` (placed again after ${failure})`;
  return { result: 'completed', message: `generation ${generation} runs${after}` };
}

function rejection(data: Readonly<Record<string, unknown>>): string {
  const services =
    (data['services'] as readonly { readonly service: string; readonly message: string }[] | undefined) ?? [];
  return [String(data['message']), ...services.map(({ service, message }) => `  ${service}: ${message}`)].join('\n');
}

/** Whether placement has nothing left to try. It answers a failure with an event of its own, or by marking the record. */
async function cameToRest(connection: Connection, application: string, failed: number): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const path = `/v1/applications/${encodeURIComponent(application)}`;
    const { body } = await call<{ readonly status: string; readonly generation: number }>(connection, { path });
    if (body.status === 'failed') return true;
    // It goes on with another generation; its events are on their way to us.
    if (body.generation > failed) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

const marks: Readonly<Record<string, readonly ['green' | 'yellow' | 'red' | 'cyan', string]>> = {
  [placementDecided.type]: ['cyan', 'placed'],
  [placementRejected.type]: ['red', 'refused'],
  [deploymentReady.type]: ['green', 'ready'],
  [deploymentDegraded.type]: ['yellow', 'degraded'],
  [deploymentFailed.type]: ['red', 'failed'],
  [deploymentRemoved.type]: ['yellow', 'removed'],
  [trafficShifted.type]: ['cyan', 'traffic'],
  [rolloutCompleted.type]: ['green', 'completed'],
  [rolloutFailed.type]: ['red', 'rollout failed'],
  [applicationWithdrawn.type]: ['yellow', 'withdrawn'],
  [healthChanged.type]: ['yellow', 'health'],
  [targetExcluded.type]: ['red', 'excluded'],
  [targetReadmitted.type]: ['green', 'readmitted'],
  ...recoveryMarks,
  ...costMarks,
};

/** One line per thing a person wants to know; silence for the rest. */
export function tell(event: LogEntry['event'], say: (line: string) => void = note): void {
  const mark = marks[event.type];
  if (mark === undefined) return;
  const [colour, word] = mark;
  say(`${paint(colour, word.padEnd(14), process.stderr)} ${describe(event)}`);
}

function describe({ subject = '', type, data }: LogEntry['event']): string {
  const body = data as Readonly<Record<string, unknown>>;
  if (type === placementDecided.type) return placed(subject, body);
  if (type === trafficShifted.type) {
    const routes = body['routes'] as readonly { readonly target: string; readonly weight: number }[];
    return `${subject}  ${routes.map(({ target, weight }) => `${target} ${weight}%`).join(', ') || 'nothing'}`;
  }
  if (type === healthChanged.type) return `${subject} was ${String(body['previous'])}, is ${String(body['status'])}`;
  const words = recoveryWords(type, body) ?? costWords(type, body);
  if (words !== undefined) return words;
  const detail = body[detailOf(type, body)];
  return typeof detail === 'string' ? `${subject}  ${detail}` : subject;
}

/** What is ready has an address to tell; what is not has its reason. */
function detailOf(type: string, { endpoint }: Readonly<Record<string, unknown>>): string {
  if (type.includes('.target.')) return 'reason';
  return type === deploymentReady.type && endpoint !== undefined ? 'endpoint' : 'message';
}

function placed(subject: string, body: Readonly<Record<string, unknown>>): string {
  const services = body['services'] as readonly {
    readonly service: string;
    readonly targets: readonly { readonly target: string; readonly replicas: number }[];
  }[];
  const where = services.map(
    ({ service, targets }) =>
      `${service} → ${targets.map(({ target, replicas }) => `${target} x${replicas}`).join(', ')}`,
  );
  const removed = (body['removed'] as readonly string[]).map((service) => `${service} → nothing`);
  const changes = [...where, ...removed];
  const none = changes.length === 0 && body['cause'] !== 'withdrawn' ? ': what runs is what is wanted' : '';
  return [
    `${subject} generation ${String(body['generation'])}${none}`,
    ...changes.map((line) => `                 ${line}`),
  ].join('\n');
}
