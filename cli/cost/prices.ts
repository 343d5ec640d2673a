import type { CloudName } from '../../shared/contracts/values.ts';
import { call, type Connection } from '../client.ts';

export interface Price {
  readonly key: string;
  readonly price?: {
    readonly micros: number;
    readonly per: number;
    readonly unit: string;
    readonly tier?: { readonly fromGb: number; readonly upToGb?: number };
    readonly origin: 'embedded' | 'refreshed';
    readonly source: string;
    readonly asOf: string;
    readonly ageDays?: number;
    readonly gone?: true;
  };
  readonly setAside?: {
    readonly micros: number;
    readonly per: number;
    readonly ratio: number;
    readonly reason: string;
    readonly since: string;
  };
  readonly unclear?: string;
}

/** Of one cloud: whose list is read, and what the last reading found. */
export interface Clouds {
  readonly cloud: CloudName;
  readonly configured: string;
  /** Absent until a list was read; so are those below. */
  readonly readAt?: string;
  readonly ageDays?: number;
  readonly refreshed?: number;
  readonly setAside?: number;
  readonly unclear?: number;
  readonly missing?: number;
}

export interface PriceAnswer {
  readonly clouds: readonly Clouds[];
  readonly prices: readonly Price[];
}

interface Asked {
  readonly cloud: string | undefined;
  /** How keys begin; `#` is how none does. */
  readonly key?: string | undefined;
  readonly origin?: string | undefined;
}

export async function pricesOf(connection: Connection, { cloud, key, origin }: Asked): Promise<PriceAnswer> {
  return (await call<PriceAnswer>(connection, { path: '/v1/cost/prices', query: { cloud, key, origin } })).body;
}
