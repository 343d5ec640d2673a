/** The one way an adapter waits: injectable, so that a test can move time by hand. */
export interface Timer {
  /** Calls back once, no sooner than `delayMs` from now; returns the way to cancel. */
  set(callback: () => void, delayMs: number): () => void;
}

/** setTimeout overflows beyond 24.8 days and would fire at once; whoever waits looks at the clock again anyway. */
const longest = 24 * 3600 * 1000;

export const systemTimer: Timer = {
  set(callback, delayMs) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), longest));
    return () => clearTimeout(handle);
  },
};
