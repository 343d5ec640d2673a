import { toTime } from '../../../shared/ports/clock.ts';
import type { ParsedAlert } from './parsed.ts';

/** One alert an hour, however often it happens. Milliseconds. */
const window = 3600_000;

/**
 * A sender that was let in and said what cannot be read, or too much at once: alerts of it may be lost, and nobody reads the answer that
 * it got. So it is an alert itself, which maps to nothing and moves nothing.
 */
export function troubleOf(hook: string, detail: string, since: number): ParsedAlert {
  return {
    key: 'homeostasis.dev/hook-trouble',
    status: 'firing',
    title: `hook ${hook} cannot read what its sender sends`,
    description: `${detail}. Alerts of this sender may be missing until it is set up otherwise.`,
    labels: { hook },
    startsAt: toTime(since - (since % window)),
  };
}

/** It sent something that could be read. */
export function overNow(trouble: ParsedAlert, now: number): ParsedAlert {
  return { ...trouble, status: 'resolved', endsAt: toTime(now) };
}
