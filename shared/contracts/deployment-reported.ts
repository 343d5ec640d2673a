import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { deploymentId, deploymentIdentity, Generation, Replicas } from './values.ts';

/**
 * - `progressing`: accepted, not there yet; observe again.
 * - `ready`: the commanded generation serves with all replicas.
 * - `degraded`: it serves, with fewer replicas or failing health.
 * - `failed`: this generation will not become ready by itself (`reason` says why).
 * - `removing`, `absent`: on its way out; nothing of ours stands there.
 * - `unreachable`: the cloud did not answer: nothing is known. Suspected is not dead.
 * - `stale`: the command was older than what is tagged on the resource; nothing was done.
 */
export const DeploymentPhase = Type.Union([
  Type.Literal('progressing'),
  Type.Literal('ready'),
  Type.Literal('degraded'),
  Type.Literal('failed'),
  Type.Literal('removing'),
  Type.Literal('absent'),
  Type.Literal('unreachable'),
  Type.Literal('stale'),
]);
export type DeploymentPhase = Static<typeof DeploymentPhase>;

export const ReportReason = Type.Union([
  Type.Literal('Applied'),
  Type.Literal('AlreadySo'),
  Type.Literal('Observed'),
  Type.Literal('Provisioning'),
  Type.Literal('Removing'),
  Type.Literal('NotFound'),
  Type.Literal('CapacityExhausted'),
  Type.Literal('Throttled'),
  Type.Literal('InvalidSpec'),
  Type.Literal('Unauthorized'),
  Type.Literal('ImagePullFailed'),
  Type.Literal('CrashLooping'),
  Type.Literal('Unhealthy'),
  Type.Literal('OperationFailed'),
  Type.Literal('CloudUnreachable'),
  Type.Literal('StaleGeneration'),
]);
export type ReportReason = Static<typeof ReportReason>;

/** What a deployer saw. The only source of facts about a cloud. */
export const Report = Type.Object(
  {
    ...deploymentIdentity,
    phase: DeploymentPhase,
    reason: ReportReason,
    /** For a person: what happened, where; no secret, no timestamp. */
    message: Type.String({ maxLength: 2000 }),
    replicas: Replicas,
    /** Base URL of the service on this target (`https://…`, `tcp://host:port`); absent for a worker or before it is known. */
    endpoint: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Hash tagged on the resource: differs from the commanded one when somebody else changed it. */
    specHash: Type.Optional(Type.String({ maxLength: 64 })),
    /** Of a `stale` answer: the newer generation that is tagged on the resource; `generation` is the command's. */
    standing: Type.Optional(Generation),
    /** What differs from the command, one line per field; empty or absent means none. */
    drift: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 })),
    /** Provider ids (ARNs, resource ids, full names). */
    resources: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 })),
    /** Ask again no sooner than this. */
    retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type Report = Static<typeof Report>;

export const deploymentReported = defineEvent({
  name: 'deployment.reported',
  summary: 'What a deployer did or saw on a target',
  data: Report,
  subject: deploymentId,
});
