import type { ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { Condition } from './gcp-api.ts';

/** google.cloud.run.v2.Condition.CommonReason, where it decides by itself. */
const byReason: Readonly<Record<string, ReportReason>> = {
  CONTAINER_MISSING: 'ImagePullFailed',
  CONTAINER_PERMISSION_DENIED: 'ImagePullFailed',
  CONTAINER_IMAGE_UNAUTHORIZED: 'ImagePullFailed',
  CONTAINER_IMAGE_AUTHORIZATION_CHECK_FAILED: 'ImagePullFailed',
  ENCRYPTION_KEY_PERMISSION_DENIED: 'Unauthorized',
  ENCRYPTION_KEY_CHECK_FAILED: 'Unauthorized',
  SECRETS_ACCESS_CHECK_FAILED: 'Unauthorized',
  VPC_NETWORK_NOT_FOUND: 'InvalidSpec',
};

/** google.cloud.run.v2.Condition.RevisionReason, likewise. */
const byRevisionReason: Readonly<Record<string, ReportReason>> = {
  MIN_INSTANCES_NOT_PROVISIONED: 'CapacityExhausted',
  ACTIVE_REVISION_LIMIT_REACHED: 'OperationFailed',
};

/** For what has one reason for several things, or none: the documented wording decides. The first that fits. */
const byText: readonly (readonly [RegExp, ReportReason])[] = [
  [/no capacity|quota exceeded|resource exhausted|out of capacity|insufficient/i, 'CapacityExhausted'],
  [
    /exit\(\d+\)|exited|exit code|crash|terminated by signal|out of memory|exec (?:format|likely failed)/i,
    'CrashLooping',
  ],
  [/failed to start and listen|startup probe|health ?check|liveness/i, 'Unhealthy'],
  [/image .*not found|failed to pull|manifest unknown/i, 'ImagePullFailed'],
  [/permission|access denied/i, 'Unauthorized'],
];

/** Why a deployment failed: from the revision's Ready condition, which is the more precise, and the resource's own. */
export function failureReason(own: Condition, revision: Condition = {}): ReportReason {
  return coded(revision) ?? coded(own) ?? worded(`${revision.message ?? ''}\n${own.message ?? ''}`) ?? last(revision);
}

const coded = ({ reason, revisionReason }: Condition): ReportReason | undefined =>
  byReason[String(reason)] ?? byRevisionReason[String(revisionReason)];

const worded = (text: string): ReportReason | undefined => byText.find(([pattern]) => pattern.test(text))?.[1];

/** A container that did not answer its check, in words nobody has written down yet. */
const last = ({ revisionReason }: Condition): ReportReason =>
  String(revisionReason) === 'HEALTH_CHECK_CONTAINER_ERROR' ? 'Unhealthy' : 'OperationFailed';
