/** What a request is once read, and what an answer is before it is written: the currency of every file in this folder. */
export interface Call {
  readonly method: string;
  /** `https://127.0.0.1:<port>`: the base of every link an answer carries. */
  readonly origin: string;
  /** Path without the query, as sent (ARM compares it without regard to case). */
  readonly path: string;
  /** Named segments of the matched route, as sent. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Raw body text; empty when there was none. */
  readonly text: string;
  /** The body as JSON; undefined when it was empty. */
  readonly body: unknown;
  /** `api-version`, empty on routes that need none. */
  readonly version: string;
  /** Who calls: the `oid` or `appid` of the token. */
  readonly caller: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON; absent means an empty body. */
  readonly body?: unknown;
}

/** One operation of the API. `operation` is the id of the OpenAPI document (`ContainerApps_Get`): what faults name. */
export interface Route {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** `/subscriptions/{subscription}/…`: literal segments match in any case. */
  readonly pattern: string;
  /** Accepted `api-version` values; `open` routes (tokens, metadata) ask for neither a version nor a bearer token. */
  readonly versions: readonly string[] | 'open';
  /** `Microsoft.App/containerApps`, for the error that lists versions. */
  readonly type?: string;
  /** The region whose faults strike this call; `global` for what Azure Resource Manager answers from everywhere. */
  region(call: Call): string;
  /** The resource's name, for faults by resource. */
  resource?(call: Call): string | undefined;
  handle(call: Call): Reply | Promise<Reply>;
}

/** A named path parameter of a matched route. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`route of ${call.method} ${call.path} has no parameter '${name}'`);
  return value;
}

/** True for a JSON object (not null, not an array). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
