/**
 * A read endpoint that a service offers of its own records, so that no other service needs to know their shape. The ingress (or an
 * API gateway) mounts it behind authentication.
 */
export interface QueryRoute {
  readonly method: 'GET' | 'POST';
  /** Path with `:name` parameters, below `/v1`: `/applications/:application/decision`. */
  readonly path: string;
  answer(query: Query): Promise<QueryAnswer>;
}

export interface Query {
  readonly params: Readonly<Record<string, string>>;
  readonly search: Readonly<Record<string, string>>;
  /** Parsed JSON, or text for other media types; undefined on GET. */
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface QueryAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Of a body that is text and is sent as it is; absent: the body is sent as JSON. */
  readonly contentType?: string;
}

/** RFC 9457. `errors` names fields. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
}

/** An answer that says why there is no other. */
export function problem(status: number, title: string, detail: string, errors?: Problem['errors']): QueryAnswer {
  const body: Problem = { type: 'about:blank', title, status, detail, ...(errors === undefined ? {} : { errors }) };
  return { status, body };
}

export const badRequest = (detail: string): QueryAnswer => problem(400, 'Bad Request', detail);
export const notFound = (detail: string): QueryAnswer => problem(404, 'Not Found', detail);
