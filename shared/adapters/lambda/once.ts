/** Composed by the first invocation and kept; a failure is not kept: what was missing may be there with the next one. */
export function once<T>(compose: () => Promise<T> | T): () => Promise<T> {
  let composed: Promise<T> | undefined;
  return () => {
    composed ??= Promise.resolve()
      .then(compose)
      .catch((error: unknown) => {
        composed = undefined;
        throw error;
      });
    return composed;
  };
}
