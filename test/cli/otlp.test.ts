import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCollector, type Collector, type Span } from './collector.ts';
import { finished, run, start, type Ran } from './run.ts';

const shop = fileURLToPath(new URL('../../examples/shop.yaml', import.meta.url));
const completed = 'dev.homeostasis.rollout.completed.v1';

let folder: string;
let collector: Collector;
let deployed: Ran;
let ended: Ran;
let child: ChildProcess | undefined;

/** The whole of it once, with the standard variables and nothing of ours: a deployment, then the end. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-otlp-'));
  collector = await startCollector();
  const data = join(folder, 'data');
  const sandbox = ['--sandbox', '--workloads', 'none', '--speed', 'instant'];
  child = start(['--data', data, 'serve', ...sandbox, '--port', '0', '--gateway-port', '0', '--quiet'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
  const over = finished(child);
  await once(child.stdout as Readable, 'data');
  deployed = await run(['deploy', shop, '--wait', '--timeout', '60', '--data', data], {});
  await collector.until(() => collector.metrics.length > 0 && hearing(completed).length > 0);
  child.kill('SIGTERM');
  ended = await over;
}, 90_000);
afterAll(async () => {
  // Ended already, unless something went wrong before.
  child?.kill('SIGKILL');
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const hearing = (type: string): readonly Span[] =>
  collector.spans.filter(({ attributes }) => attributes['cloudevents.event_type'] === type);

describe('OpenTelemetry, by its standard variables', () => {
  it('deploys and ends as without', () => {
    expect([deployed.code, ended.code]).toEqual([0, 0]);
  });

  it('has one trace from the submission to rollout.completed, through every service on the way', () => {
    const roots = collector.spans.filter(({ name }) => name === 'publish dev.homeostasis.application.submitted.v1');
    expect(roots).toHaveLength(1);
    const [root] = roots;
    expect(hearing(completed).map(({ traceId }) => traceId)).toContain(root?.traceId);
    const consumers = collector.spans
      .filter(({ traceId }) => traceId === root?.traceId)
      .map(({ attributes }) => attributes['messaging.consumer.group.name']?.split('/')[0]);
    for (const service of ['placement', 'deployer-aws', 'monitor', 'rollout', 'traffic']) {
      expect(consumers).toContain(service);
    }
  });

  it('has no gap: every span leads back to the submission', () => {
    const byId = new Map(collector.spans.map((span) => [span.spanId, span]));
    const chain: string[] = [];
    let at = hearing(completed)[0];
    while (at !== undefined) {
      chain.unshift(at.name);
      at = at.parentSpanId === undefined ? undefined : byId.get(at.parentSpanId);
    }
    expect(chain[0]).toBe('publish dev.homeostasis.application.submitted.v1');
    expect(chain.length).toBeGreaterThan(4);
  });

  it('pushes the same metrics that GET /metrics has', () => {
    const pushed = Buffer.concat(collector.metrics).toString('latin1');
    for (const name of [
      'homeostasis_events_published',
      'homeostasis_handler_duration_seconds',
      'homeostasis_dead_letters',
    ]) {
      expect(pushed).toContain(name);
    }
  });
});
