import type { RecommendationKind, SpecChange } from '../../../shared/contracts/cost-values.ts';

export type Risk = 'low' | 'medium' | 'high';
export const risks: readonly Risk[] = ['low', 'medium', 'high'];

export interface Evidence {
  readonly name: string;
  readonly value: number | string;
  readonly unit?: string;
}

/** One thing that would cost less. Money is micro-dollars, as the catalogue. */
export interface Proposal {
  readonly kind: RecommendationKind;
  readonly target?: string;
  /** A month of 730 hours, expected. */
  readonly monthlySavingMicros: number;
  readonly oneOffMicros: number;
  readonly paybackDays?: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly risk: Risk;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** Empty where nothing is deployed: a commitment. */
  readonly change: readonly SpecChange[];
}

export const riskier = (a: Risk, b: Risk): Risk => (risks.indexOf(a) >= risks.indexOf(b) ? a : b);

/** A field that gets another value; undefined: the field is not stated. */
export function changed(path: string, from: unknown, to: unknown): SpecChange {
  return { path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

export const dollars = (micros: number): string => `$${(micros / 1e6).toFixed(2)}`;
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
export const money = (name: string, micros: number): Evidence => ({ name, value: micros / 1e6, unit: 'USD/month' });
