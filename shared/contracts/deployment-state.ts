import { Type, type Static } from 'typebox';
import { deploymentIdentity, Generation, Replicas } from './values.ts';
import { ReportReason } from './deployment-reported.ts';

/** What monitor says of a deployment when it changes: the body that ready, degraded, failed, drifted and removed share. */
export const DeploymentState = Type.Object(
  {
    ...deploymentIdentity,
    reason: Type.Union([
      ReportReason,
      Type.Literal('ProgressDeadlineExceeded'),
      Type.Literal('Drifted'),
      Type.Literal('Missing'),
    ]),
    message: Type.String({ maxLength: 2000 }),
    replicas: Replicas,
    endpoint: Type.Optional(Type.String({ maxLength: 2000 })),
    /** With `StaleGeneration`: the newer generation that stands there, and that nobody here knows of. */
    standing: Type.Optional(Generation),
  },
  { additionalProperties: false },
);
export type DeploymentState = Static<typeof DeploymentState>;
