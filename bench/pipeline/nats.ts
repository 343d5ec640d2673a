import { AckPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSeconds, used } from './cpu.ts';
import { inFlight } from './in-flight.ts';
import type { Measured } from './ours.ts';
import { order } from './workload.ts';

export function hasNats(): boolean {
  return spawnSync('nats-server', ['--version'], { stdio: 'ignore' }).error === undefined;
}

/**
 * NATS JetStream on the same disk: file storage, `width` publishes in flight, a durable consumer that parses each event and
 * acknowledges it. Its default does not sync each message to disk, ours does. An event counts once it is acknowledged.
 */
export async function nats(count: number, width: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-nats-'));
  // Port -1 lets the server choose; it says which on standard error.
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(server, 'exit');
  try {
    return await measure({ servers: await address(server.stderr), pid: server.pid ?? 0 }, count, width);
  } finally {
    server.kill();
    await gone;
    rmSync(folder, { recursive: true });
  }
}

async function address(stderr: NodeJS.ReadableStream): Promise<string> {
  let found = '';
  for await (const line of createInterface({ input: stderr })) {
    found = /Listening for client connections on ([\d.:]+)/.exec(line)?.[1] ?? found;
    if (line.includes('Server is ready')) break;
  }
  stderr.resume();
  return found;
}

async function measure(
  { servers, pid }: { readonly servers: string; readonly pid: number },
  count: number,
  width: number,
): Promise<Measured> {
  const connection = await connect({ servers });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'bench', subjects: ['bench.>'], storage: StorageType.File });
  await manager.consumers.add('bench', {
    durable_name: 'reader',
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 2 * width,
  });
  const stream = jetstream(connection);
  const consumer = await stream.consumers.get('bench', 'reader');
  let handled = 0;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const cpu = cpuSeconds(pid);
  const start = performance.now();
  const messages = await consumer.consume({
    max_messages: width,
    callback: (message) => {
      message.json();
      message.ack();
      if (++handled === count) finish();
    },
  });
  await inFlight(count, width, (n) => stream.publish('bench.ordered', JSON.stringify(order(n, 2000))));
  await finished;
  // Acknowledgements are sent without waiting; they count when the server has them.
  await connection.flush();
  const seconds = (performance.now() - start) / 1000;
  const spent = used(cpu, cpuSeconds(pid));
  messages.stop();
  await connection.close();
  return { events: handled, seconds, cpuSeconds: spent, perGroup: 1 };
}
