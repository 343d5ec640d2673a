import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import type { LogEntry } from '../stream.ts';

/**
 * Notices when an application that had services without any route has them all back, as after a restart with a new sandbox: no
 * rollout completes then, so nothing else says that it is over.
 * @returns for each event the application that has just come back whole, if one has.
 */
export function watchLosses(): (event: LogEntry['event']) => string | undefined {
  /** `shop/web`, as traffic names its subjects. */
  const lost = new Set<string>();
  const of = (application: string): string[] => [...lost].filter((each) => each.startsWith(`${application}/`));
  return ({ type, subject = '', data }) => {
    // A rollout that is complete tells its own end, also of what it has taken away.
    if (type === rolloutCompleted.type) for (const each of of(subject)) lost.delete(each);
    if (type !== trafficShifted.type) return undefined;
    const { routes } = data as { readonly routes: readonly unknown[] };
    if (routes.length === 0) lost.add(subject);
    else if (lost.delete(subject)) {
      const application = subject.slice(0, subject.indexOf('/'));
      return of(application).length === 0 ? application : undefined;
    }
    return undefined;
  };
}
