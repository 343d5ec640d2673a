import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { DocumentRef } from '../../shared/contracts/values.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { ApplicationRecord, ByHand, Rejection, Retry } from './record.ts';

/** A wish to have the application placed: as submitted, or again. */
export interface PlaceRequest {
  readonly application: NormalizedApplication;
  readonly spec: DocumentRef;
  readonly cause: DecisionCause;
  readonly avoid: ApplicationRecord['avoid'];
  readonly attempts: number;
  readonly returnTo?: ReadonlyMap<string, readonly string[]>;
  /** Where services should go back to, as far as they can. */
  readonly prefer?: ReadonlyMap<string, readonly string[]>;
  /** What this goes back from: people shall know it as long as nothing newer came. */
  readonly rejection?: Rejection;
  /** Stands in a cloud already, although it was never decided here: all is commanded anew, above it. */
  readonly above?: number;
  /** Counts set by hand, of services with a schedule; absent: as they are on the record. */
  readonly byHand?: ByHand;
  /** The chain of tries that this goes on with. */
  readonly retry?: Retry | undefined;
  /** The event that asks for it. */
  readonly request: Envelope;
}
