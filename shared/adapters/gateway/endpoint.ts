import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { GatewayLimits } from './options.ts';

/** Connections kept open to one endpoint while idle. */
const idleConnections = 64;

/**
 * One place that serves: its connections, its health, its requests under way.
 *
 * Connections are pooled by `node:http` agents. `httpxy` and `fetch` were considered: the one hides the moment at which a request may
 * still be sent elsewhere, the other cannot upgrade; both moments are what this gateway is about.
 */
export class Endpoint {
  readonly url: URL;
  inFlight = 0;
  /** Services whose splits name it. */
  users = 0;
  failedChecks = 0;
  down = false;
  ejectedUntil = 0;
  lastAnswerAt = 0;
  /** Answers of 5xx, or none, in a row. */
  failures = 0;
  /** Refused connections are over when a check succeeds; bad answers only when a good one comes. */
  distrustedUntil = 0;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(url: URL, ca: string | readonly string[] | undefined) {
    this.url = url;
    const pooling = { keepAlive: true, maxFreeSockets: idleConnections };
    const trust = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] };
    this.#agent = url.protocol === 'https:' ? new HttpsAgent({ ...pooling, ...trust }) : new HttpAgent(pooling);
  }

  get hostname(): string {
    return this.url.hostname.replace(/^\[|\]$/g, '');
  }

  get portNumber(): number {
    return Number(this.url.port === '' ? (this.url.protocol === 'https:' ? 443 : 80) : this.url.port);
  }

  request(options: RequestOptions & { readonly path: string }): ClientRequest {
    const path = `${this.url.pathname.replace(/\/$/, '')}${options.path}`;
    const all = { agent: this.#agent, lookup, ...options, path, host: this.hostname, port: this.portNumber };
    return this.url.protocol === 'https:' ? httpsRequest(all) : httpRequest(all);
  }

  isUp(now: number): boolean {
    return !this.down && this.ejectedUntil <= now && this.distrustedUntil <= now;
  }

  /** A check found it: it takes connections. */
  reached(): void {
    this.failedChecks = 0;
    this.down = false;
    this.ejectedUntil = 0;
  }

  /** It answered well: whatever was held against it is over. */
  answered(now: number): void {
    this.reached();
    this.failures = 0;
    this.distrustedUntil = 0;
    this.lastAnswerAt = now;
  }

  /**
   * It answered with 5xx, or broke off. After so many in a row it is left alone for a while, and then one more is enough.
   * @returns whether that took it out now.
   */
  answeredBadly(now: number, { failuresInRow, ejectMs }: GatewayLimits): boolean {
    this.failures += 1;
    if (this.failures < failuresInRow || this.distrustedUntil > now) return false;
    this.distrustedUntil = now + ejectMs;
    return true;
  }

  begin(): void {
    this.inFlight += 1;
  }

  end(): void {
    this.inFlight -= 1;
    this.retireIfUnused();
  }

  /** Requests under way finish where they are; then the connections go. */
  retireIfUnused(): void {
    if (this.users === 0 && this.inFlight === 0) this.#agent.destroy();
  }

  destroy(): void {
    this.#agent.destroy();
  }
}

/** Names under `.localhost` are this machine (RFC 6761), whatever the system's resolver thinks of them. */
export const lookup: LookupFunction = (hostname, options, callback) => {
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) {
    systemLookup(hostname, options, callback);
  } else if (options.all) {
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  } else {
    callback(null, '127.0.0.1', 4);
  }
};
