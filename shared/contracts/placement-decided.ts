import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Micros } from './cost-values.ts';
import { RecoveryTargets } from './recovery-values.ts';
import { DocumentRef, Generation, Name, TargetId, Tier } from './values.ts';

const closed = { additionalProperties: false } as const;

/** One service's targets, as far as others need to know them. */
export const ServicePlacement = Type.Object(
  {
    service: Name,
    tier: Tier,
    /** Serves traffic on a port; a worker does not and is never routed to. */
    routed: Type.Boolean(),
    /** Hash of everything that was commanded; equal hashes mean nothing changed. */
    specHash: Type.String({ pattern: '^[0-9a-f]{8,64}$' }),
    targets: Type.Array(
      Type.Object(
        {
          target: TargetId,
          replicas: Type.Integer({ minimum: 0 }),
          /** Stands without traffic until the others are lost. */
          role: Type.Optional(Type.Literal('standby')),
          /** What it is expected to cost there in a month of 730 hours, US dollars. */
          monthlyMicros: Type.Optional(Micros),
        },
        closed,
      ),
    ),
    /** All its targets and the traffic that leaves it, with the range of its usage profile; US dollars a month. */
    monthly: Type.Optional(
      Type.Object({ lowMicros: Micros, expectedMicros: Micros, highMicros: Micros, egressMicros: Micros }, closed),
    ),
    /** What is demanded of its recovery, its tier's defaults filled in. */
    recovery: Type.Optional(RecoveryTargets),
    progressDeadlineSeconds: Type.Integer({ minimum: 1 }),
    /** Traffic steps in percent for a canary; absent shifts at once. */
    steps: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }))),
    stepSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);
export type ServicePlacement = Static<typeof ServicePlacement>;

export const DecisionCause = Type.Union([
  Type.Literal('submitted'),
  Type.Literal('scaled'),
  Type.Literal('withdrawn'),
  Type.Literal('rolled-back'),
  Type.Literal('target-excluded'),
  Type.Literal('target-readmitted'),
  /** Brought back to where it stood before a recovery. */
  Type.Literal('failed-back'),
  /** A target could not take it: the same spec goes elsewhere. */
  Type.Literal('target-failed'),
  /** An accepted recommendation, or the way back of one. */
  Type.Literal('recommended'),
  /** The clock asks for other replica counts. */
  Type.Literal('scheduled'),
]);
export type DecisionCause = Static<typeof DecisionCause>;

/**
 * One page of a placement: the services that changed since the last completed generation, and those that are gone.
 * Pages are small enough for one transaction; page `pages` is the last.
 */
export const placementDecided = defineEvent({
  name: 'placement.decided',
  summary: 'Where (a page of) the services of one generation go',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      cause: DecisionCause,
      page: Type.Integer({ minimum: 1 }),
      pages: Type.Integer({ minimum: 1 }),
      services: Type.Array(ServicePlacement),
      /** Services that no longer exist in this generation. */
      removed: Type.Array(Name),
      /** The decision record: chosen targets, every candidate with scores or reason, price dates. */
      decision: DocumentRef,
    },
    closed,
  ),
  subject: (data) => data.application,
});
