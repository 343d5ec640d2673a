import type { QueryAnswer } from '../../shared/ports/http.ts';

/** RFC 9457. */
export function problem(status: number, title: string, detail: string): QueryAnswer {
  return { status, body: { type: 'about:blank', title, status, detail } };
}
