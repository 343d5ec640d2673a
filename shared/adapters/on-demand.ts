export interface OnDemand<T> {
  (): Promise<T>;
  /** What was loaded, where anything was, to be ended; whoever asks next loads anew. */
  taken(): Promise<T> | undefined;
}

/**
 * What is loaded by whoever first asks, and kept. A failure is not kept: whoever asks next tries again.
 * @example const client = onDemand(() => import('./heavy.ts').then(({ createClient }) => createClient()));
 */
export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let loaded: Promise<T> | undefined;
  function get(): Promise<T> {
    if (loaded !== undefined) return loaded;
    const loading = load().catch((error: unknown) => {
      if (loaded === loading) loaded = undefined;
      throw error;
    });
    return (loaded = loading);
  }
  function taken(): Promise<T> | undefined {
    const last = loaded;
    loaded = undefined;
    return last;
  }
  return Object.assign(get, { taken });
}
