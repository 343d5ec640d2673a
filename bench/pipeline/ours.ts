import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '../../shared/adapters/sqlite/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { patternOf, type Handler } from '../../shared/pipeline/handler.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { cpuSeconds, used } from './cpu.ts';
import { inFlight } from './in-flight.ts';
import { book, notice, order } from './workload.ts';

export interface Measured {
  readonly events: number;
  readonly seconds: number;
  /** Processor time of every process involved; absent where the system does not tell. */
  readonly cpuSeconds: number | undefined;
  /** Events shared by one transaction, on average. */
  readonly perGroup: number;
}

/**
 * `count` orders published with `width` in flight, each handled, each answered by an event that a second consumer handles: the
 * embedded runtime with its default durability, through processEvent. An event counts once it is handled and committed.
 */
export async function ours(count: number, width: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-bench-'));
  const file = join(folder, 'data.sqlite');
  const runtime = await openRuntime({ file, clock: Date, random: Math.random, logger: silentLogger });
  let handled = 0;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const ports = { records: runtime.records, documents: runtime.documents, clock: Date };
  const subscribe = (definition: Handler): void =>
    runtime.bus.subscribe({
      consumer: definition.consumer,
      pattern: patternOf(definition),
      concurrency: width,
      deliver: async (event: Envelope) => {
        await processEvent(definition, event, ports);
        if (++handled === 2 * count) finish();
      },
    });
  subscribe(book);
  subscribe(notice);
  await runtime.bus.start();
  const cpu = cpuSeconds();
  const start = performance.now();
  await inFlight(count, width, (n) => runtime.bus.publish([{ event: order(n, 2000) }]));
  await finished;
  const seconds = (performance.now() - start) / 1000;
  const spent = used(cpu, cpuSeconds());
  const { published, deadLetters, groups } = runtime.stats();
  await runtime.close();
  rmSync(folder, { recursive: true });
  if (published !== 2 * count || deadLetters !== 0) {
    throw new Error(`expected ${2 * count} events and no dead letter, found ${published} and ${deadLetters}`);
  }
  return { events: handled, seconds, cpuSeconds: spent, perGroup: handled / groups };
}
