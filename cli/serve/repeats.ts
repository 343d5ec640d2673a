import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { deploymentRemoved } from '../../shared/contracts/deployment-removed.ts';
import type { LogEntry } from '../stream.ts';

/**
 * A removal that was asked for again when a cloud came back is also answered again: a second word that nothing is there tells a person
 * nothing.
 * @returns for each event whether it only says once more what was told.
 */
export function watchRepeats(): (event: LogEntry['event']) => boolean {
  const gone = new Set<string>();
  return ({ type, subject = '' }) => {
    if (type === deploymentReady.type) gone.delete(subject);
    if (type !== deploymentRemoved.type) return false;
    const known = gone.has(subject);
    gone.add(subject);
    return known;
  };
}
