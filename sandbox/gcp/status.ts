/** One entry of `google.rpc.Status.details`, as JSON. */
export interface StatusDetail {
  readonly '@type': string;
  readonly [field: string]: unknown;
}

/** Canonical codes with their gRPC number and their HTTP status (google/rpc/code.proto). */
export const codes = {
  CANCELLED: { number: 1, http: 499 },
  INVALID_ARGUMENT: { number: 3, http: 400 },
  DEADLINE_EXCEEDED: { number: 4, http: 504 },
  NOT_FOUND: { number: 5, http: 404 },
  ALREADY_EXISTS: { number: 6, http: 409 },
  PERMISSION_DENIED: { number: 7, http: 403 },
  RESOURCE_EXHAUSTED: { number: 8, http: 429 },
  FAILED_PRECONDITION: { number: 9, http: 400 },
  ABORTED: { number: 10, http: 409 },
  UNIMPLEMENTED: { number: 12, http: 501 },
  INTERNAL: { number: 13, http: 500 },
  UNAVAILABLE: { number: 14, http: 503 },
  UNAUTHENTICATED: { number: 16, http: 401 },
} as const;

export type CanonicalCode = keyof typeof codes;

/** An answer that is an error: the same on every face, put on the wire by each transport in its own way. */
export class RpcError extends Error {
  readonly code: CanonicalCode;
  readonly details: readonly StatusDetail[];

  constructor(code: CanonicalCode, message: string, details: readonly StatusDetail[] = []) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.details = details;
  }
}

/** The region does not answer at all: the transport drops the call instead of sending a status. */
export class RegionDown extends Error {
  constructor(region: string) {
    super(`region ${region} is down`);
    this.name = 'RegionDown';
  }
}

/** One rule that a request breaks: `field` in snake_case as Google reports it. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** INVALID_ARGUMENT with a `google.rpc.BadRequest` detail; several violations make one line of the message each. */
export function invalidArgument(violations: readonly Violation[], message?: string): RpcError {
  const text = message ?? violations.map((violation) => `${violation.field}: ${violation.description}`).join('\n');
  const detail = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations };
  return new RpcError('INVALID_ARGUMENT', text, [detail]);
}

export const notFound = (what: string): RpcError => new RpcError('NOT_FOUND', `Resource '${what}' was not found`);

/** `google.rpc.Status` as it stands in an operation and, with the HTTP status, in a REST error. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  readonly details?: readonly StatusDetail[];
}

/** A programming error of ours must not look like an answer of Google's: it is INTERNAL and says so. */
export function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError('INTERNAL', `sandbox failure: ${error instanceof Error ? error.message : String(error)}`);
}

export function toStatus(error: RpcError): RpcStatus {
  const details = error.details.length > 0 ? { details: error.details } : {};
  return { code: codes[error.code].number, message: error.message, ...details };
}

/** The REST error envelope: `{error: {code: <http>, message, status, details}}`. */
export function toHttpError(error: RpcError): { readonly status: number; readonly body: object } {
  const status = codes[error.code].http;
  const details = error.details.length > 0 ? { details: error.details } : {};
  return { status, body: { error: { code: status, message: error.message, status: error.code, ...details } } };
}
