/** One promise of the project against one figure of this run. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly figure: string;
  /** Beside what it was measured against, in the same run. */
  readonly ratio?: string;
  /** `not measured` says that a program or a figure is missing, and `figure` says which. */
  readonly verdict: 'met' | 'not met' | 'not measured';
}

interface Promised {
  readonly what: string;
  readonly target: string;
  readonly ratio?: string;
}

export function judged(promised: Promised, figure: string, met: boolean): Verdict {
  return { ...promised, figure, verdict: met ? 'met' : 'not met' };
}

export function unmeasured(promised: Promised, why: string): Verdict {
  return { ...promised, figure: why, verdict: 'not measured' };
}

export function tell(verdicts: readonly Verdict[]): void {
  console.table(
    verdicts.map(({ what, target, figure, ratio = '', verdict }) => ({ what, target, figure, ratio, verdict })),
  );
}
