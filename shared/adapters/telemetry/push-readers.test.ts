import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pushReaders } from './push-readers.ts';

const endpointVariable = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

interface Received {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** A collector that takes everything; the exporters read where it is from the process's own environment. */
async function collector(): Promise<{ readonly endpoint: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const type = request.headers['content-type'];
      received.push({ path: request.url, type, body: Buffer.concat(chunks).toString('latin1') });
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = process.env[endpointVariable];
  process.env[endpointVariable] = endpoint;
  ends.push(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, endpointVariable);
    else process.env[endpointVariable] = before;
    server.close();
    server.closeAllConnections();
  });
  return { endpoint, received };
}

async function pushed(variables: Readonly<Record<string, string>>): Promise<readonly Received[]> {
  const { endpoint, received } = await collector();
  const provider = new MeterProvider({ readers: pushReaders({ [endpointVariable]: endpoint, ...variables }) });
  provider.getMeter('test').createCounter('answers').add(42);
  await provider.forceFlush();
  await provider.shutdown();
  return received;
}

const metricsProtocol = 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL';

describe('metrics by OTLP', () => {
  it.each([
    [{}, 'application/x-protobuf'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/json'],
    [{ [metricsProtocol]: 'http/json' }, 'application/json'],
    [{ [metricsProtocol]: '', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, 'application/x-protobuf'],
    [{ [metricsProtocol]: 'http/protobuf', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/x-protobuf'],
  ])('go as %j asks: %s', async (variables, type) => {
    const [first] = await pushed(variables);
    expect([first?.path, first?.type]).toEqual(['/v1/metrics', type]);
    expect(first?.body).toContain('answers');
    if (type !== 'application/json') return;
    const { resourceMetrics } = JSON.parse(first?.body ?? '') as { readonly resourceMetrics: readonly unknown[] };
    expect(JSON.stringify(resourceMetrics)).toContain('"name":"answers"');
  });

  it('refuse a protocol that there is not, and say where it is asked for', () => {
    const environment = { [endpointVariable]: 'http://127.0.0.1:4318', [metricsProtocol]: 'http/xml' };
    expect(() => pushReaders(environment)).toThrow(
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is "http/xml": set it to grpc, http/protobuf or http/json',
    );
  });

  it('go nowhere unless there is somewhere to go, and somebody wants them there', () => {
    expect(pushReaders({ [metricsProtocol]: 'http/xml' })).toEqual([]);
    expect(pushReaders({ [endpointVariable]: 'http://127.0.0.1:4318', OTEL_METRICS_EXPORTER: 'none' })).toEqual([]);
  });
});
