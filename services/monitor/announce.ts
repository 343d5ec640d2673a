import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentDegraded } from '../../shared/contracts/deployment-degraded.ts';
import { deploymentDrifted } from '../../shared/contracts/deployment-drifted.ts';
import { deploymentFailed } from '../../shared/contracts/deployment-failed.ts';
import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { deploymentRemoved } from '../../shared/contracts/deployment-removed.ts';
import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import { isLeaving, removalOwed } from './owed-removal.ts';
import { trackOf } from './track.ts';
import type { DeploymentRecord, DeploymentStatus, Said, Track, Word } from './record.ts';

const words: Readonly<Record<DeploymentStatus, Word | undefined>> = {
  pending: undefined,
  progressing: undefined,
  ready: 'ready',
  degraded: 'degraded',
  drifted: 'drifted',
  missing: 'drifted',
  failed: 'failed',
  // Said only when its removal seems forgotten: see owed-removal.ts.
  retiring: undefined,
  removing: undefined,
  removed: 'removed',
};

const contractOf = {
  ready: deploymentReady,
  degraded: deploymentDegraded,
  failed: deploymentFailed,
  drifted: deploymentDrifted,
  removed: deploymentRemoved,
} as const;

export interface Announcement {
  readonly record: DeploymentRecord;
  readonly events: readonly Draft[];
}

/**
 * Says what changed, and only that. Readers order these facts by time, so no two are said of one deployment in one millisecond:
 * the second waits for the next look, which is close because the record is then followed.
 */
export function announce(record: DeploymentRecord, now: number, owedRemovalMs: number): Announcement {
  const word = removalOwed(record, owedRemovalMs) ? 'drifted' : words[record.status];
  if (word === undefined || record.expected === undefined) return { record, events: [] };
  const state = stateOf(record);
  const answer = trackOf(record).answer?.id;
  if (isSameFarewell(record.said, word, answer)) return { record: noted(record, state), events: [] };
  if (!isDue(record, now) || !isNews(record, word, state)) return { record, events: [] };
  return {
    record: { ...record, said: { word, state, at: now, ...(answer === undefined ? {} : { answer }) } },
    events: [contractOf[word].draft(state)],
  };
}

const isDue = ({ said }: DeploymentRecord, now: number): boolean => said === undefined || now > said.at;

function isNews(record: DeploymentRecord, word: Word, state: DeploymentState): boolean {
  const { said } = record;
  return said === undefined || isLeaving(record) || differs(said, word, state, trackOf(record).answer?.id);
}

function noted(record: DeploymentRecord, state: DeploymentState): DeploymentRecord {
  return record.said === undefined ? record : { ...record, said: { ...record.said, state } };
}

/** A change that `announce` had to hold back. */
export function isUnsaid(record: DeploymentRecord): boolean {
  const word = words[record.status];
  if (word === undefined || record.expected === undefined) return false;
  return record.said === undefined || differs(record.said, word, stateOf(record), trackOf(record).answer?.id);
}

function stateOf(record: DeploymentRecord): DeploymentState {
  const { application, service, target, expected, reason, message } = record;
  const track = trackOf(record);
  const replicas = track.answer?.replicas ?? { desired: expected?.replicas ?? 0, ready: 0 };
  return {
    application,
    service,
    target,
    generation: expected?.generation ?? 1,
    reason,
    message: message.slice(0, 2000),
    replicas,
    ...detailsOf(track, reason),
  };
}

function detailsOf(
  { answer, stale }: Track,
  reason: DeploymentState['reason'],
): Pick<DeploymentState, 'endpoint' | 'standing'> {
  const standing = reason === 'StaleGeneration' ? stale?.standing : undefined;
  return {
    ...(answer?.endpoint === undefined ? {} : { endpoint: answer.endpoint }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/**
 * What is gone is gone in every later generation: only a look that finds it gone once more is news, because then somebody asked.
 * The generation is taken note of, so that what comes to stand there after all is known to have been told as removed.
 */
function isSameFarewell(said: Said | undefined, word: Word, answer: string | undefined): boolean {
  return word === 'removed' && said?.word === 'removed' && said.answer === answer;
}

const compared = ['generation', 'endpoint', 'standing'] as const;

function differs(said: Said, word: Word, state: DeploymentState, answer: string | undefined): boolean {
  if (isSameFarewell(said, word, answer)) return false;
  const before = said.state;
  // Applied, AlreadySo and Observed are three ways to learn that it is ready, not three states.
  const sameReason = word === 'ready' || before.reason === state.reason;
  return (
    said.word !== word ||
    // A removal that was commanded once more is owed an answer once more.
    word === 'removed' ||
    !sameReason ||
    compared.some((field) => before[field] !== state[field]) ||
    before.replicas.ready !== state.replicas.ready ||
    before.replicas.desired !== state.replicas.desired
  );
}
