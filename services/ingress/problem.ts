import type { Problem } from '../../shared/ports/http.ts';

/** An answer that is a problem (RFC 9457); thrown anywhere below a request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(status: number, title: string, detail: string, errors?: Problem['errors']) {
    super(detail);
    this.problem = { type: 'about:blank', title, status, detail, ...(errors === undefined ? {} : { errors }) };
  }
}

export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}
