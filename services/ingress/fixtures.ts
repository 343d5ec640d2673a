import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { createApp } from './app.ts';
import { holdersOf } from './auth.ts';
import type { IngressPorts } from './ports.ts';

/** What the ingress tests stand on; the runtime comes from the test. */
export const token = 'let-me-in-0123456789';
export const start = Date.parse('2026-11-21T08:00:00Z');
export const clock: Clock = { now: () => start };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export function createIngress(
  runtime: Pick<IngressPorts, 'bus' | 'documents' | 'log' | 'deadLetters'>,
  overrides: Partial<IngressPorts> = {},
) {
  const logged: { readonly what: string; readonly facts: unknown }[] = [];
  const note = (what: string, facts?: unknown): void => void logged.push({ what, facts });
  let requests = 0;
  const app = createApp({
    ...runtime,
    clock,
    newId: () => `request-${(requests += 1)}`,
    identify: holdersOf([token]),
    routes: [],
    logger: { info: note, warn: note, error: note },
    status: () => ({ version: 'test' }),
    streaming: 'live',
    regions: () => Promise.resolve({ aws: ['aws/eu-west-1', 'aws/eu-central-1'], gcp: ['gcp/europe-west1'] }),
    hosts: ['127.0.0.1', 'localhost', '[::1]'],
    ...overrides,
  });
  const raw = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({ host: 'localhost', authorization: `Bearer ${token}` });
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    return app.request(path, { ...init, headers });
  };
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await raw(path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    request(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return {
    app,
    raw,
    request,
    post,
    logged,
    publish: (event: unknown) => post('/v1/events', event, { 'content-type': 'application/cloudevents+json' }),
    batch: (events: unknown) => post('/v1/events', events, { 'content-type': 'application/cloudevents-batch+json' }),
    stored: async (): Promise<Envelope[]> => (await runtime.log.read({ limit: 1000 })).map(({ event }) => event),
  };
}

/** An event of somebody else's, that nobody here reads. */
export function foreign(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'e1',
    source: '/ci/github',
    type: 'com.example.built',
    data: { ok: true },
    ...changes,
  };
}

export const shop = `apiVersion: homeostasis.dev/v1
kind: Application
metadata:
  name: shop
spec:
  services:
    - name: web
      image: registry.example/web:1
`;
