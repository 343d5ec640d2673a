import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
} from '../../shared/ports/cloud-target.ts';

interface VendorError {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** AWS seldom says how long; API buckets of ECS refill within seconds. */
const throttledMs = 2_000;
/** A service drains for as long as its containers take to stop (30 s by default) and its connections to end. */
const busyMs = 15_000;

type Kind = 'busy' | 'throttled' | 'capacity' | 'ground' | 'invalid' | 'unauthorized' | 'unreachable' | 'unknown';

/** First match wins. The texts are those of ECS where one code stands for many troubles. */
const byCode: readonly (readonly [Kind, RegExp, RegExp?])[] = [
  ['throttled', /^(Throttl\w*|TooManyRequests|RequestLimitExceeded|PriorRequestNotComplete|SlowDown)$/],
  ['throttled', /^(Client|InvalidParameter)$/, /too many concurrent/i],
  ['busy', /^(Client|InvalidParameter)$/, /still draining|not idempotent/i],
  // IAM and load balancing spread what was just made: roles, service-linked ones too, listeners and clusters are there in a moment.
  [
    'busy',
    /^(Client|InvalidParameter)$/,
    /service[- ]linked role|unable to assume|role is not valid|proper permissions/i,
  ],
  ['busy', /^InvalidParameter$/, /does not have an associated load balancer/i],
  ['busy', /^ClusterNotFound$/, /inactive/i],
  ['busy', /^(UpdateInProgress|ServiceNotActive|ServiceNotFound|Conflict|ResourceInUse|ClusterContains\w+)$/],
  // A twin of this command, or one of another generation, made it in between: it is found the next time.
  ['busy', /^Duplicate(LoadBalancerName|TargetGroupName|Listener)$/],
  ['unauthorized', /^(AccessDenied|Unauthorized\w*|AuthFailure|OptInRequired|Blocked|NotAuthorized)$/],
  // New accounts may have to ask support before they can make load balancers.
  ['unauthorized', /^OperationNotPermitted$/],
  ['unauthorized', /^(UnrecognizedClient|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|RequestExpired)$/],
  ['unauthorized', /^(MissingAuthenticationToken|CredentialsProviderError|TokenProviderError)$/],
  ['capacity', /^LimitExceeded$|^TooMany(LoadBalancers|TargetGroups|Listeners|Targets|UniqueTargetGroups\w*)$/],
  ['ground', /^(ClusterNotFound|NamespaceNotFound|AvailabilityZoneNotSupported|PlatformUnknown)$/],
  ['ground', /^(SubnetNotFound|InvalidSubnet|InvalidSecurityGroup)$/],
  ['ground', /^InvalidParameter$/, /subnet|security group|capacity provider|\bvpc\b/i],
  ['invalid', /^(Client|InvalidParameter\w*|Validation\w*|InvalidConfigurationRequest|UnsupportedProtocol)$/],
  ['invalid', /^(PlatformTaskDefinitionIncompatibility|UnsupportedFeature|Duplicate\w+|TooMany\w+)$/],
];

/**
 * AWS's codes, mapped once. `doing` says what was asked, where: `aws/eu-west-1 CreateService shop-web-…`.
 * What is none of them is given back as it came: retried, then dead-lettered.
 */
export function translate(error: unknown, doing: string): Error {
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`);
  const vendor = read(error);
  const message = `${doing}: ${vendor.code}: ${vendor.message}`;
  const options = { cause: error, vendor: [vendor.code, vendor.status, vendor.requestId].filter(Boolean).join(' ') };
  const kind = classify(vendor);
  if (kind === 'unknown') return error;
  if (kind === 'busy') return new Throttled(message, busyMs, options);
  if (kind === 'throttled') return new Throttled(message, vendor.retryAfterMs ?? throttledMs, options);
  return new errorOf[kind](message, options);
}

const errorOf = {
  capacity: CapacityExhausted,
  ground: TargetNotFound,
  invalid: InvalidSpec,
  unauthorized: Unauthorized,
  unreachable: CloudUnreachable,
} as const;

function classify(vendor: VendorError): Kind {
  const found = byCode.find(([, code, text]) => code.test(vendor.code) && (text?.test(vendor.message) ?? true));
  if (found !== undefined) return found[0];
  return vendor.status === undefined ? withoutStatus(vendor) : byStatus(vendor.status);
}

function byStatus(status: number): Kind {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'unauthorized';
  return status === 408 || status >= 500 ? 'unreachable' : 'unknown';
}

/** No answer: a socket, a name, a certificate or a time limit. A mistake of our own has none of these. */
function withoutStatus({ code, message }: VendorError): Kind {
  const silent = /^E[A-Z_]+$|^(TimeoutError|AbortError|NetworkingError)$|CERT|_TLS_/;
  return silent.test(code) || /socket hang up|timed? ?out/i.test(message) ? 'unreachable' : 'unknown';
}

/** The vendor's own name for the trouble: `ServiceNotFound`, or a socket's `ECONNREFUSED`. */
export const codeOf = (error: unknown): string => (error instanceof Error ? read(error).code : '');

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
  readonly code?: unknown;
}

function read(error: SdkError): VendorError {
  const { $metadata: meta = {}, $response: response = {} } = error;
  return {
    code: nameOf(error),
    message: error.message.slice(0, 800),
    status: meta.httpStatusCode ?? response.statusCode,
    requestId: meta.requestId,
    retryAfterMs: wait(response.headers?.['retry-after'] ?? ''),
  };
}

const wait = (seconds: string) => (/^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined);

/** The SDK's errors carry the code as their name, where some have an ending that the wire has not; Node's carry it apart. */
function nameOf({ name, code }: SdkError): string {
  return typeof code === 'string' && name === 'Error' ? code : name.replace(/Exception$/, '');
}
