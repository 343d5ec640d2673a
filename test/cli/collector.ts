import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ExportedTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'attributes'> & {
        readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
      })[];
    }[];
  }[];
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly Span[];
  /** Bodies that came to /v1/metrics, as they came. */
  readonly metrics: readonly Buffer[];
  /** Resolves when it holds, which is looked at whenever something has come. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** What an OpenTelemetry collector does over HTTP: takes traces as JSON, and metrics. */
export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const metrics: Buffer[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      if (request.url === '/v1/traces') spans.push(...spansOf(JSON.parse(plain.toString()) as ExportedTraces));
      if (request.url === '/v1/metrics') metrics.push(plain);
      response.setHeader('content-type', request.headers['content-type'] ?? 'application/json').end();
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    until: (holds) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function spansOf({ resourceSpans }: ExportedTraces): Span[] {
  const all = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  return all.map(({ traceId, spanId, parentSpanId, name, attributes }) => ({
    traceId,
    spanId,
    name,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? ''])),
  }));
}
