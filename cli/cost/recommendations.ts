import type { RecommendationKind, RecommendationState, SpecChange } from '../../shared/contracts/cost-values.ts';
import { call, type Connection } from '../client.ts';

/** As the route answers; micro-dollars, epoch milliseconds. */
export interface Recommendation {
  readonly id: string;
  readonly kind: RecommendationKind;
  readonly application: string;
  readonly service: string;
  readonly state: RecommendationState;
  readonly why: string;
  readonly since: number;
  readonly madeAt: number;
  readonly target?: string;
  readonly monthlySavingMicros: number;
  readonly oneOffMicros: number;
  readonly paybackDays?: number;
  readonly confidence: number;
  readonly risk: 'low' | 'medium' | 'high';
  readonly reason: string;
  readonly evidence: readonly { readonly name: string; readonly value: number | string; readonly unit?: string }[];
  readonly change: readonly SpecChange[];
  readonly insteadOf: readonly string[];
  /** What it saves beside better ones of its service: these add up. */
  readonly addedSavingMicros?: number;
  readonly generation?: number;
  readonly revertGeneration?: number;
  readonly verdict?: {
    readonly outcome: 'paid' | 'did-not-pay' | 'unclear';
    readonly currency: string;
    readonly promisedMicros: number;
    readonly savedMicros: number;
    readonly from: string;
    readonly to: string;
    readonly reason: string;
  };
  readonly control?: { readonly at: number; readonly action: string; readonly by: string; readonly refused?: string };
  readonly history: readonly { readonly at: number; readonly state: string; readonly why: string }[];
}

export async function recommendationOf(connection: Connection, id: string): Promise<Recommendation> {
  const path = `/v1/cost/recommendations/${encodeURIComponent(id)}`;
  return (await call<Recommendation>(connection, { path })).body;
}

const colours: Partial<Readonly<Record<RecommendationState, 'green' | 'yellow' | 'red' | 'cyan'>>> = {
  open: 'cyan',
  accepted: 'yellow',
  applied: 'yellow',
  reverting: 'yellow',
  live: 'green',
  verified: 'green',
  unprofitable: 'red',
  refused: 'red',
  failed: 'red',
};
export const colourOf = (state: RecommendationState): 'green' | 'yellow' | 'red' | 'cyan' | 'dim' =>
  colours[state] ?? 'dim';
