import type { OutboxPorts, Pending } from './ports.ts';

/** What became of a pending event. `stuck`: it can never be sent as it is; it stays in the table for a person to see. */
export type Relayed = 'sent' | 'failed' | 'stuck';

/**
 * Sends pending events and deletes their items. An item is deleted only after its event is durable elsewhere: interrupted in
 * between, the event is sent again, and its consumers' marks make that harmless.
 * @returns one result per entry, in order.
 */
export async function relay(pending: readonly Pending[], ports: OutboxPorts): Promise<readonly Relayed[]> {
  const { logger } = ports;
  const sent = await ports.send(pending.map(({ publication }) => publication));
  const results = pending.map(({ publication: { event } }, index): Relayed => {
    const result = sent[index];
    if (!(result instanceof Error)) return 'sent';
    const facts = { event: event.id, type: event.type, name: result.name, message: result.message };
    const stuck = 'terminal' in result && result.terminal === true;
    logger.error(stuck ? 'outbox.stuck' : 'outbox.failed', facts);
    return stuck ? 'stuck' : 'failed';
  });
  const done = pending.filter((_, index) => results[index] === 'sent').map(({ key }) => key);
  // What stays although it was sent is found by the sweep, and sent once more.
  await ports.remove(done).catch((error: unknown) => {
    logger.warn('outbox.remove-failed', { items: done.length, error: String(error) });
  });
  return results;
}
