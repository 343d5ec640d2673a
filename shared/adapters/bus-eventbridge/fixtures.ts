import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DocumentMissing, type DocumentStore } from '../../ports/document-store.ts';
import type { Envelope } from '../../contracts/envelope.ts';
import { documentBody } from '../memory/document-body.ts';
import type { Timer } from '../memory/timer.ts';

/** For this folder's tests. */
export function eventOf(id: string, changes: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/monitor',
    type: 'test.happened',
    subject: `subject-${id}`,
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: id,
    data: { n: 1 },
    ...changes,
  };
}

/** Documents in memory; `size` tells how many were put. */
export function documentsInMemory(): DocumentStore & { readonly size: number } {
  const bodies = new Map<string, string>();
  return {
    get size() {
      return bodies.size;
    },
    put(value) {
      const { ref, json } = documentBody(value);
      bodies.set(ref.sha256, json);
      return Promise.resolve(ref);
    },
    get<T>({ sha256 }: { readonly sha256: string }) {
      const body = bodies.get(sha256);
      return body === undefined ? Promise.reject(new DocumentMissing(sha256)) : Promise.resolve(JSON.parse(body) as T);
    },
  };
}

/** Lets nobody wait, and writes down how long they would have. */
export function instantTimer(): Timer & { readonly waited: number[] } {
  const waited: number[] = [];
  return {
    waited,
    set(callback, delayMs) {
      waited.push(delayMs);
      queueMicrotask(callback);
      return () => {};
    },
  };
}

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** Answers an unmodified SDK client as AWS would, on a free loopback port. */
export async function serveAws(answer: (asked: Asked, count: number) => Answer | Promise<Answer>) {
  const asked: Asked[] = [];
  const server = createServer((incoming, outgoing) => {
    const work = async (): Promise<void> => {
      const text = Buffer.concat(await incoming.toArray()).toString();
      const request = { path: incoming.url ?? '', headers: incoming.headers, body: JSON.parse(text) as unknown };
      asked.push(request);
      const { status = 200, body } = await answer(request, asked.length);
      outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    };
    work().catch((error: Error) => outgoing.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    /** One attempt only: what the SDK would try again by itself is not what is tested. */
    client: {
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
