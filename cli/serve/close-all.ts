export type Closer = () => Promise<void> | void;

/**
 * Closes one after the other. One that fails does not keep the others open: the data file would stay locked, and ports taken.
 * @throws what failed; an AggregateError where several did
 */
export async function closeAll(closers: readonly Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const each of closers) {
    try {
      await each();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    const messages = errors.map((error) => (error instanceof Error ? error.message : String(error)));
    throw new AggregateError(errors, `${errors.length} parts did not close: ${messages.join('; ')}`);
  }
}
