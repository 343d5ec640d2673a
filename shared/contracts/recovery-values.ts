import { Type, type Static } from 'typebox';
import { Name, TargetId, TargetScope } from './values.ts';

/** Value schemas of recovery: what is moved away from where, how, and how long each part took. */
const closed = { additionalProperties: false } as const;

export const RecoveryId = Type.String({
  pattern: '^[a-z0-9][a-z0-9.-]*$',
  maxLength: 120,
  description: 'Follows from what caused it, so that the same cause is the same recovery',
});

/**
 * `ungraceful`: the scope is taken for lost, traffic leaves it at once. `graceful`: it still works; traffic leaves it when the
 * replacements are ready.
 */
export const RecoveryMode = Type.Union([Type.Literal('ungraceful'), Type.Literal('graceful')]);
export type RecoveryMode = Static<typeof RecoveryMode>;

export const RecoveryTrigger = Type.Union([
  Type.Literal('health'),
  Type.Literal('alert'),
  Type.Literal('operator'),
  Type.Literal('ci'),
  Type.Literal('drill'),
]);
export type RecoveryTrigger = Static<typeof RecoveryTrigger>;

/** What a service keeps ready for the loss of a target. */
export const StandbyMode = Type.Union([
  /** Nothing: its replacement is started when it is needed. */
  Type.Literal('cold'),
  /** Some replicas stand elsewhere without traffic. */
  Type.Literal('warm'),
  /** Serves from at least two regions always. */
  Type.Literal('active-active'),
]);
export type StandbyMode = Static<typeof StandbyMode>;

export const FailbackMode = Type.Union([Type.Literal('off'), Type.Literal('suggest'), Type.Literal('automatic')]);
export type FailbackMode = Static<typeof FailbackMode>;

/** What is demanded of a service's recovery. Absent fields follow its tier. */
export const RecoveryTargets = Type.Object(
  {
    standby: Type.Optional(
      Type.Unsafe<StandbyMode>({
        ...StandbyMode,
        description: 'What is kept ready elsewhere: cold (nothing), warm (replicas without traffic), active-active',
      }),
    ),
    warmReplicas: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'For warm: how many replicas stand by; default 1' }),
    ),
    rtoSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 604_800, description: 'Recovery time objective: back within this' }),
    ),
    rpoSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 604_800, description: 'Recovery point objective: data lost at most' }),
    ),
    failback: Type.Optional(
      Type.Unsafe<FailbackMode>({
        ...FailbackMode,
        description: 'What happens when the place it left is well again: off, suggest or automatic',
      }),
    ),
  },
  closed,
);
export type RecoveryTargets = Static<typeof RecoveryTargets>;

/** The parts of a recovery, in order. Each is measured from the end of the one before it. */
export const recoveryPhases = [
  'detect',
  'decide',
  'shift-away',
  'exclude',
  'place',
  'deploy',
  'healthy',
  'shift',
  'restore-redundancy',
] as const;
export type RecoveryPhase = (typeof recoveryPhases)[number];
export const RecoveryPhase = Type.Unsafe<RecoveryPhase>(Type.Union(recoveryPhases.map((each) => Type.Literal(each))));

export const ServiceRef = Type.Object({ application: Name, service: Name }, closed);
export type ServiceRef = Static<typeof ServiceRef>;

/** What is recovered: a scope, or one service's part in a scope. */
export const recoverySubject = {
  scope: TargetScope,
  /** Absent: everything in the scope. */
  application: Type.Optional(Name),
  service: Type.Optional(Name),
};

export const ServiceMove = Type.Object(
  { application: Name, service: Name, from: Type.Array(TargetId), to: Type.Array(TargetId) },
  closed,
);
