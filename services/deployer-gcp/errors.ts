import { inspect } from 'node:util';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
} from '../../shared/ports/cloud-target.ts';
import { normalise, type Failure, type Status } from './failure.ts';

/** Somebody else changed the resource in between (ALREADY_EXISTS, ABORTED, or it is being deleted): read it again and decide anew. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** The resource of the call does not exist; which is an answer, not a failure, when it was asked for. */
export class Absent extends Error {
  override readonly name = 'Absent';
}

/** When the API says "slow down" without saying for how long. */
const defaultRetryAfterMs = 2_000;

/** What a person can do about refusals whose text alone does not help. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /Expected an image path like/,
    'copy the image to Artifact Registry, or map its registry to an Artifact Registry remote repository (remoteRepositories in the Google Cloud settings)',
  ],
  [/reserved env names/, 'Cloud Run sets these variables itself: remove them from the service’s environment'],
  [/Permission .*secretmanager/i, 'grant the service account roles/secretmanager.secretAccessor on the secret'],
];

const hintFor = (message: string): string => {
  const found = hints.find(([pattern]) => pattern.test(message))?.[1];
  return found === undefined ? '' : ` (${found})`;
};

/**
 * The decision a caller must take, from whatever the client library threw: canonical codes over gRPC, HTTP codes with a JSON body as
 * text over REST, or a socket's own error. What is no answer of Google's and no silence of the network comes back as it was.
 * @param doing What was being done, where: `create service shop-web in europe-west1`.
 */
export function asPortError(error: unknown, doing: string): Error {
  const failure = normalise(error);
  if (failure === undefined) return error instanceof Error ? error : new Error(inspect(error));
  // What the library threw is not kept as the cause: it holds the whole request, tokens and variables included.
  const options = { vendor: failure.vendor };
  return meanings[failure.status](
    `Cloud Run could not ${doing}: ${failure.message}${hintFor(failure.message)}`,
    options,
    failure,
  );
}

interface Options {
  readonly vendor: string;
}

type Meaning = (text: string, options: Options, failure: Failure) => Error;

const invalid: Meaning = (text, options) => new InvalidSpec(text, options);
const conflict: Meaning = (text) => new Conflict(text);

const meanings: Readonly<Record<Status, Meaning>> = {
  INVALID_ARGUMENT: invalid,
  OUT_OF_RANGE: invalid,
  UNIMPLEMENTED: invalid,
  FAILED_PRECONDITION: (text, options, failure) =>
    /being deleted/i.test(failure.message) ? conflict(text, options, failure) : invalid(text, options, failure),
  ALREADY_EXISTS: conflict,
  ABORTED: conflict,
  NOT_FOUND: (text) => new Absent(text),
  PERMISSION_DENIED: denied,
  UNAUTHENTICATED: (text, options) => new Unauthorized(`${text}: check the credentials of the deployer`, options),
  RESOURCE_EXHAUSTED: exhausted,
  UNAVAILABLE: (text, options) => new CloudUnreachable(text, options),
};

/** google.api.ErrorReason: a project without the API or without billing, or no project at all. */
const missingGround = new Set(['SERVICE_DISABLED', 'BILLING_DISABLED', 'CONSUMER_INVALID', 'CONSUMER_SUSPENDED']);

/** A region that does not exist looks like one the caller may not see: both are ground that is missing. */
function denied(text: string, options: Options, { message, reason = '' }: Failure): Error {
  // Google's own words name the page where it is switched on.
  if (missingGround.has(reason)) return new TargetNotFound(text, options);
  if (/locations\/\S+['"]? ?\(or it may not exist\)/.test(message)) return new TargetNotFound(text, options);
  if (message.includes('monitoring.')) return new Unauthorized(`${text}: grant it roles/monitoring.viewer`, options);
  return new Unauthorized(`${text}: grant the deployer roles/run.admin and roles/iam.serviceAccountUser`, options);
}

/** One code for two things: calls per minute, which come back by waiting, and quotas on what may exist, which do not. */
function exhausted(text: string, options: Options, failure: Failure): Error {
  const rate = failure.reason === 'RATE_LIMIT_EXCEEDED' || failure.retryAfterMs !== undefined;
  if (rate || /per (?:minute|second)|rate limit|requests per/i.test(failure.message)) {
    return new Throttled(text, failure.retryAfterMs ?? defaultRetryAfterMs, options);
  }
  return new CapacityExhausted(text, options);
}
