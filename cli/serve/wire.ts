import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { patternOf, type Handler } from '../../shared/pipeline/handler.ts';
import { processEvent, type PipelinePorts } from '../../shared/pipeline/process.ts';

/** Subscribes services that own records: each event runs through the one pipeline. */
export function wireHandlers(handlers: readonly Handler[], bus: EventBus, ports: PipelinePorts): void {
  for (const each of handlers) {
    bus.subscribe({
      consumer: each.consumer,
      pattern: patternOf(each),
      ...commandOf(each),
      deliver: async (event) => {
        await processEvent(each, event, ports);
      },
    });
  }
}

/** Subscribes a deployer: its commands go through its real entry point, as its own cloud would call it. */
export function wireDeployer(
  handlers: readonly Handler[],
  entry: (event: Envelope) => Promise<void>,
  bus: EventBus,
): void {
  for (const each of handlers) {
    bus.subscribe({
      consumer: each.consumer,
      pattern: patternOf(each),
      ...commandOf(each),
      deliver: entry,
      // A cloud call takes a while and costs little here: many at once keep a large rollout short.
      concurrency: 32,
      // A new environment takes minutes, an outage longer: a command is owed for about a quarter of an hour.
      retry: { maximumAttempts: 40 },
    });
  }
}

function commandOf({ contract, cloud }: Handler) {
  if (contract.kind !== 'command') return {};
  return { command: { type: contract.type, ...(cloud === undefined ? {} : { cloud }) } };
}
