import type { CloudName, Fault, FaultKind } from './types.ts';

export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

export type FaultInput = { readonly fault: Omit<Fault, 'id'> } | { readonly problems: readonly FieldProblem[] };

const kinds: readonly FaultKind[] = [
  'region-down',
  'api-error',
  'throttle',
  'capacity',
  'slow-start',
  'latency',
  'unhealthy',
  'stuck',
];
const clouds: readonly CloudName[] = ['aws', 'azure', 'gcp'];

type Check = (value: unknown) => string | undefined;

const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : `must be one of ${allowed.join(', ')}`;
const word: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a non-empty string');
const number =
  (holds: (value: number) => boolean, sentence: string): Check =>
  (value) =>
    typeof value === 'number' && holds(value) ? undefined : sentence;

const checks: Readonly<Record<Exclude<keyof Fault, 'id'>, Check>> = {
  kind: oneOf(kinds),
  cloud: oneOf(clouds),
  region: word,
  operation: word,
  resource: word,
  rate: number((value) => value > 0 && value <= 1, 'must be a number above 0 and at most 1'),
  times: number((value) => Number.isInteger(value) && value >= 1, 'must be a whole number of at least 1'),
  ms: number((value) => value >= 0 && value <= 3_600_000, 'must be milliseconds, 0 to 3600000'),
};

function problemsOf(body: Readonly<Record<string, unknown>>): FieldProblem[] {
  const problems = Object.entries(body).map(([field, value]) => {
    const check = Object.hasOwn(checks, field) ? checks[field as keyof typeof checks] : undefined;
    const detail = check === undefined ? `is unknown; a fault has ${Object.keys(checks).join(', ')}` : check(value);
    return { field, detail };
  });
  if (!('kind' in body)) problems.push({ field: 'kind', detail: `is required: one of ${kinds.join(', ')}` });
  if (['slow-start', 'latency'].includes(String(body['kind'])) && !('ms' in body)) {
    problems.push({ field: 'ms', detail: `is required for ${String(body['kind'])}: how many milliseconds` });
  }
  return problems.filter((problem): problem is FieldProblem => problem.detail !== undefined);
}

/** Reads a fault from a request body; every wrong field is named, not only the first. */
export function readFault(body: unknown): FaultInput {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return {
      problems: [{ field: '', detail: 'the body must be a JSON object such as {"kind":"region-down","cloud":"aws"}' }],
    };
  }
  const problems = problemsOf(body as Record<string, unknown>);
  return problems.length > 0 ? { problems } : { fault: body as Omit<Fault, 'id'> };
}
