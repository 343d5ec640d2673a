import type { DeploymentRecord, Said, Track } from './record.ts';

/** Wanted no more, and still there. */
export function isLeaving({ status }: Pick<DeploymentRecord, 'status'>): boolean {
  return status === 'retiring' || status === 'removing';
}

/**
 * Whether whoever has to remove it is to be told, or told again: it is seen alive after silence, or after it was going or gone, or it
 * has been leaving for a good while.
 */
export function removalOwed(record: DeploymentRecord, owedRemovalMs: number): boolean {
  const { status, expected, whole } = record;
  if (expected === undefined || whole.answer === undefined || !isLeaving(record)) return false;
  const { word, at } = lastSaid(record) ?? { at: expected.since };
  if (whole.answer.at >= at + owedRemovalMs) return true;
  return status === 'retiring' && (word === 'removed' || cameBack(whole.answer.at, whole, at));
}

function lastSaid({ said, expected }: DeploymentRecord): (Partial<Pick<Said, 'word'>> & Pick<Said, 'at'>) | undefined {
  return said?.state.generation === expected?.generation ? said : undefined;
}

function cameBack(seenAt: number, { silence, goneAt }: Track, toldAt: number): boolean {
  const interrupted = Math.max(silence?.at ?? -1, goneAt ?? -1);
  return interrupted >= toldAt && seenAt > interrupted;
}
