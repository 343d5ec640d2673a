import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

export interface GatewayOptions {
  /** Interface to listen on; loopback unless somebody means otherwise. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  /** 0 ≤ x < 1: chooses among weighted routes. */
  readonly random: () => number;
  readonly logger: Logger;
  /** PEM certificates that https endpoints are checked against; absent: the system's. Checks are never off. */
  readonly ca?: string | readonly string[];
  readonly limits?: Partial<GatewayLimits>;
  /** Runs something every so many milliseconds and returns the way to stop: a timer, unless a test turns the handle. */
  readonly every?: (everyMs: number, run: () => void) => () => void;
}

/** Durations in milliseconds. */
export interface GatewayLimits {
  readonly healthIntervalMs: number;
  readonly healthTimeoutMs: number;
  /** Failed checks in a row that take an endpoint out. */
  readonly healthThreshold: number;
  /** A check holds the connection this long: a balancer with nothing behind it takes connections and closes them. */
  readonly healthHoldMs: number;
  /** An endpoint that refused a connection gets no new requests for this long, or until a check succeeds. */
  readonly ejectMs: number;
  /** Answers of 5xx or none at all, in a row, that take an endpoint out for `ejectMs`. */
  readonly failuresInRow: number;
  /** Requests of one service under way at once; more are refused, so that a slow service cannot take the machine with it. */
  readonly maximumInFlight: number;
  readonly connectTimeoutMs: number;
  /** From the request sent to the first byte of the answer. */
  readonly responseTimeoutMs: number;
  /** For a client to send its request head. */
  readonly headersTimeoutMs: number;
  readonly maximumHeaderBytes: number;
  /** A client's connection without a request: closed early it would be closed under the next request now and then. */
  readonly keepAliveMs: number;
  /** How long `close` waits for requests under way. */
  readonly closeGraceMs: number;
}

export const defaultLimits: GatewayLimits = {
  healthIntervalMs: 10_000,
  healthTimeoutMs: 2_000,
  healthThreshold: 2,
  healthHoldMs: 200,
  ejectMs: 5_000,
  failuresInRow: 5,
  maximumInFlight: 2_000,
  connectTimeoutMs: 3_000,
  responseTimeoutMs: 60_000,
  headersTimeoutMs: 15_000,
  maximumHeaderBytes: 32 * 1024,
  keepAliveMs: 75_000,
  closeGraceMs: 5_000,
};

/** A timer that does not keep the process alive. */
export function onTimer(everyMs: number, run: () => void): () => void {
  const timer = setInterval(run, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
