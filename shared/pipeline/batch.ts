/** One result per entry: what failed is retried, what succeeded is not. */
export interface BatchResult {
  readonly failed: readonly { readonly id: string; readonly error: unknown }[];
}

/**
 * Runs every entry, whatever happens to its neighbours: a poison message never stops them. Entries run one after another, so
 * that what arrived in order is handled in order.
 */
export async function processBatch<T>(
  entries: readonly { readonly id: string; readonly value: T }[],
  run: (value: T) => Promise<unknown>,
): Promise<BatchResult> {
  const failed: { id: string; error: unknown }[] = [];
  for (const entry of entries) {
    try {
      await run(entry.value);
    } catch (error) {
      failed.push({ id: entry.id, error });
    }
  }
  return { failed };
}
