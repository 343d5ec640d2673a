import { counted } from '../../shared/domain/counted.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import { isNewer } from './track.ts';
import type { DeploymentRecord, DeploymentStatus, Expectation, Seen, Track } from './record.ts';

export interface Assessment {
  readonly status: DeploymentStatus;
  readonly reason: DeploymentState['reason'];
  readonly message: string;
}

/**
 * What a deployment is, from what is expected and what was seen; deadlines aside. Pure: the same sightings give the same status
 * in any order. Silence changes nothing here: suspected is not dead.
 */
export function assess(record: DeploymentRecord): Assessment {
  const { expected, track } = record;
  if (expected === undefined) {
    return { status: 'pending', reason: 'Observed', message: 'seen before its placement was heard of' };
  }
  if (!expected.wanted) return assessRetired(expected, record.whole.answer);
  const apart = assessApart(record, expected);
  if (apart !== undefined) return apart;
  if (track.answer === undefined) {
    const message = track.silence?.message ?? 'commanded; the cloud has not reported yet';
    return { status: 'pending', reason: track.silence?.reason ?? 'Provisioning', message };
  }
  return assessWanted(expected, track, track.answer);
}

/** What stands there is of another generation than the expected one. */
function assessApart(record: DeploymentRecord, expected: Expectation): Assessment | undefined {
  return assessOutrun(record.track, expected) ?? assessLost(record, expected) ?? assessUsurped(record, expected);
}

/**
 * The command that is in force was answered with a newer generation than anybody here has decided: our records are older than the
 * cloud. It will be answered so each time, so no deadline is waited for. An older command that came late is filed under its own
 * generation and is not seen here.
 */
function assessOutrun({ stale, answer }: Track, { generation }: Expectation): Assessment | undefined {
  if (stale?.standing === undefined || stale.standing <= generation || !isNewer(stale, answer)) return undefined;
  return { status: 'failed', reason: 'StaleGeneration', message: stale.message };
}

/**
 * The cloud was silent when the command went out, and answers now without knowing of it: it never arrived. It is to be said again, because
 * its rollout may be over: a newer generation that leaves this service as it is does not wait for it.
 */
function assessLost({ track, whole }: DeploymentRecord, { generation }: Expectation): Assessment | undefined {
  const { silence, firstReadyAt } = track;
  const found = whole.answer;
  if (silence === undefined || firstReadyAt !== undefined || found === undefined) return undefined;
  const stands = found.phase !== 'absent';
  if (!isNewer(found, silence) || (stands && found.generation >= generation)) return undefined;
  const what = stands ? `generation ${found.generation} stands` : 'nothing stands';
  return { status: 'drifted', reason: 'Drifted', message: `${what}: the command of generation ${generation} was lost` };
}

/**
 * What was ready in the expected generation is later found at an older one: somebody put it back, or deleted it and a command that
 * came late made it again. Before it was ready that is merely the update that has not happened yet.
 */
function assessUsurped({ track, whole }: DeploymentRecord, expected: Expectation): Assessment | undefined {
  const found = whole.answer;
  if (found === undefined || found.generation >= expected.generation || found.phase === 'absent') return undefined;
  if (found.at <= (track.firstReadyAt ?? Infinity) || !isNewer(found, track.answer)) return undefined;
  const message = `stands at generation ${found.generation}, commanded was ${expected.generation}`;
  return { status: 'drifted', reason: 'Drifted', message };
}

function assessRetired({ generation }: Expectation, answer: Seen | undefined): Assessment {
  if (answer !== undefined && answer.generation > generation && answer.phase !== 'absent') {
    return {
      status: 'pending',
      reason: 'Observed',
      message: `generation ${answer.generation} is seen before its placement`,
    };
  }
  if (answer?.phase === 'absent') return { status: 'removed', reason: answer.reason, message: answer.message };
  if (answer?.phase === 'removing') return { status: 'removing', reason: answer.reason, message: answer.message };
  return {
    status: 'retiring',
    reason: 'Drifted',
    message: `still stands; generation ${generation} no longer wants it`,
  };
}

function assessWanted(expected: Expectation, track: Track, answer: Seen): Assessment {
  const wasReady = (track.firstReadyAt ?? Infinity) < answer.at;
  const { reason, message, phase } = answer;
  switch (phase) {
    case 'ready':
    case 'degraded':
      return assessRunning(expected, answer, wasReady);
    case 'failed':
      return { status: 'failed', reason, message };
    case 'absent':
    case 'removing':
      return assessGone(answer, wasReady);
    case 'progressing':
    case 'unreachable':
    case 'stale':
      return { status: 'progressing', reason, message };
  }
}

function assessGone({ reason, message, phase }: Seen, wasReady: boolean): Assessment {
  if (!wasReady) return { status: 'progressing', reason, message };
  return { status: 'missing', reason: 'Missing', message: `was there and is ${phase}: ${message}`.slice(0, 2000) };
}

function assessRunning(expected: Expectation, answer: Seen, wasReady: boolean): Assessment {
  const { reason, message } = answer;
  const differences = differencesOf(expected, answer);
  if (differences.length > 0) {
    const text = `differs from what was commanded: ${differences.join('; ')}`.slice(0, 2000);
    return wasReady
      ? { status: 'drifted', reason: 'Drifted', message: text }
      : { status: 'progressing', reason, message: text };
  }
  if (answer.phase === 'degraded') return { status: 'degraded', reason, message };
  // Before its endpoint is known nobody can be sent there: not ready for what it is for.
  if (expected.routed && expected.replicas > 0 && answer.endpoint === undefined) {
    return { status: 'progressing', reason, message: 'runs, but its endpoint is not known yet' };
  }
  return { status: 'ready', reason, message };
}

function differencesOf(expected: Expectation, answer: Seen): string[] {
  const found = [...(answer.drift ?? [])];
  if (answer.specHash !== undefined && answer.specHash !== expected.specHash) {
    found.push(`spec hash is ${answer.specHash}, commanded was ${expected.specHash}`);
  }
  if (answer.replicas.desired !== expected.replicas) {
    found.push(`asks for ${counted(answer.replicas.desired, 'replica')}, commanded: ${expected.replicas}`);
  }
  return found;
}

/** Not what it should be, and somebody is at work on it: a deadline runs. What was ready and is degraded has no deadline. */
export function isUnsettled({ status }: Assessment, { expected, track }: DeploymentRecord): boolean {
  if (expected?.wanted !== true) return false;
  if (status === 'degraded') return track.firstReadyAt === undefined;
  return status === 'pending' || status === 'progressing' || status === 'drifted' || status === 'missing';
}

/** The assessment, with the deadline: started when the trouble is first seen, passed means failed. */
export function withDeadline(record: DeploymentRecord, now: number): DeploymentRecord {
  const found = assess(record);
  const { deadline: running, ...rest } = record;
  const { expected } = record;
  if (expected === undefined || !isUnsettled(found, record)) return { ...rest, ...found };
  const started = record.track.firstReadyAt === undefined ? expected.since : now;
  const deadline = running ?? started + expected.deadlineMs;
  if (now < deadline) return { ...rest, ...found, deadline };
  return { ...rest, ...overdue(record, expected, found), deadline };
}

function overdue(record: DeploymentRecord, expected: Expectation, found: Assessment): Assessment {
  const seconds = Math.round(expected.deadlineMs / 1000);
  const last = record.track.silence?.at ?? -1;
  const heard = last > (record.track.answer?.at ?? -1) ? record.track.silence?.message : found.message;
  const message = `${deploymentId(record)} is not ready after ${seconds} s; last heard: ${heard ?? found.message}`;
  return { status: 'failed', reason: 'ProgressDeadlineExceeded', message: message.slice(0, 2000) };
}
