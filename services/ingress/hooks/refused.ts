import { ProblemError } from '../problem.ts';

/** A body is at most this long: as much as an event is. */
export const mostBytes = 256 * 1024;

/** Answered with a challenge, as RFC 9110 wants it of a 401. */
export class HookRefused extends ProblemError {
  readonly challenge: string | undefined;
  constructor(status: 401 | 403, detail: string, challenge: string | undefined) {
    super(status, status === 401 ? 'Unauthorized' : 'Forbidden', detail);
    this.challenge = challenge;
  }
}
