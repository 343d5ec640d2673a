import type { Offering } from '../../../shared/catalogue/types.ts';
import type { ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';
import type { CostSettings } from '../settings.ts';
import type { Proposal } from './proposal.ts';
import type { UsedDay } from './usage-record.ts';

/** Where a service stands, as placement decided it. */
export interface PlacedAt {
  readonly target: string;
  readonly replicas: number;
  /** As fitted to what the runtime offers. */
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  readonly role?: 'standby';
}

/** Traffic with another service of the application, GB a month; where that one stands is unknown when nobody has said. */
export interface LinkAround {
  readonly direction: 'out' | 'in';
  readonly service: string;
  readonly gbPerMonth: number;
  readonly targets: readonly string[] | undefined;
}

/** All that is known of one service. */
export interface Facts {
  readonly application: string;
  /** With every default written out, and as the user wrote it: what a change has to start from. */
  readonly service: NormalizedService;
  readonly stated: ServiceSpec;
  readonly placed: readonly PlacedAt[];
  /** Candidates that passed every filter of placement, with the month's cost if all of it stood there. */
  readonly eligible: readonly { readonly target: string; readonly monthlyMicros: number }[];
  /** Epoch ms when the set of targets last changed. */
  readonly movedAt: number;
  /** Days of the window on which it had the size it has, oldest first. */
  readonly days: readonly UsedDay[];
  readonly links: readonly LinkAround[];
  /** With refreshed prices. */
  readonly offerings: ReadonlyMap<string, Offering>;
  readonly now: number;
  readonly settings: CostSettings['recommendations'];
}

/** One kind of recommendation: what it would propose for this service, if anything. Pure. */
export type Propose = (facts: Facts) => Proposal | undefined;

export const servingOf = ({ placed }: Pick<Facts, 'placed'>): readonly PlacedAt[] =>
  placed.filter(({ role }) => role !== 'standby');
