/** Whether this process is a function's: the runtime says so before it loads the handler. */
export const startedByLambda = (): boolean => process.env['AWS_LAMBDA_RUNTIME_API'] !== undefined;

/**
 * Composed once. In Lambda at the start, where there is the most processor time and where what is missing is told as the reason that the
 * function does not start; elsewhere by the first call, because whoever only imports the module has nothing to compose it from.
 * A failure is not kept: what was missing may be there with the next call.
 * @throws what `compose` throws at once, in Lambda
 */
export function once<T>(compose: () => Promise<T> | T): () => Promise<T> {
  let composed: Promise<T> | undefined;
  const call = (made: () => Promise<T> | T): Promise<T> => {
    composed = Promise.resolve()
      .then(made)
      .catch((error: unknown) => {
        composed = undefined;
        throw error;
      });
    return composed;
  };
  if (startedByLambda()) {
    const made = compose();
    // Whoever awaits it is told; until then, Node must not take a refusal for one that nobody handles.
    call(() => made).catch(() => undefined);
  }
  return () => composed ?? call(compose);
}
