/**
 * What is loaded by whoever first asks, and kept. A failure is not kept: whoever asks next tries again.
 * @example const client = onDemand(() => import('./heavy.ts').then(({ createClient }) => createClient()));
 */
export function onDemand<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
