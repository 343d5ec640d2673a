import type { Principal } from '../principal.ts';

/** What a request is known by, before its body. */
export interface Call {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly runtime: unknown;
}

export type Verdict =
  /** `principal` where one of the API's own callers sends. */
  | { readonly kind: 'accepted'; readonly principal?: Principal }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly detail: string; readonly challenge?: string }
  /** The sender asked for something else than an alert, and has it. */
  | { readonly kind: 'answered'; readonly detail: string };

export const accepted: Verdict = { kind: 'accepted' };

export function refused(detail: string, challenge?: string): Verdict {
  return { kind: 'refused', status: 401, detail, ...(challenge === undefined ? {} : { challenge }) };
}
