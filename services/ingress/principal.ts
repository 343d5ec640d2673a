import type { CloudName } from '../../shared/contracts/values.ts';
import { ProblemError } from './problem.ts';

/**
 * `read`: everything that is kept. `publish`: submit, scale, withdraw, and log events of other types. `operate`: exclude, readmit,
 * sweep, survey, replay, redrive. `report`: what only a deployer says.
 */
export type Right = 'read' | 'publish' | 'operate' | 'report';

/** Who asks, and what that one may do. */
export interface Principal {
  /** For log lines and refusals; never the token. */
  readonly name: string;
  readonly may: readonly Right[];
  /** Applications that may be changed, exact or with * behind; absent: all. */
  readonly applications?: readonly string[];
  /** The one cloud that may be reported of. */
  readonly cloud?: CloudName;
}

/** What a request brings to be known by. */
export interface Caller {
  readonly authorization: string | undefined;
  /** What the runtime hands over beside the request: behind API Gateway, the event with its verified claims. */
  readonly runtime: unknown;
}

export type Identified =
  | { readonly kind: 'known'; readonly principal: Principal }
  /** Nobody vouches for the caller: 401. */
  | { readonly kind: 'stranger'; readonly detail: string }
  /** Known, and no rule is about that one: 403. */
  | { readonly kind: 'unwelcome'; readonly detail: string };

export type Identify = (caller: Caller) => Identified;

/** Whether a name fits a pattern: the same, or beginning with what stands in front of a trailing *. */
export function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** @throws ProblemError 403 that says what is missing. */
export function demand({ name, may }: Principal, right: Right): void {
  if (may.includes(right)) return;
  throw new ProblemError(403, 'Forbidden', `${name} may ${listed(may)}; this needs ${right}`);
}

/** @throws ProblemError 403: not this application. */
export function demandApplication({ name, applications }: Principal, application: string): void {
  if (applications === undefined || applications.some((pattern) => fits(pattern, application))) return;
  throw new ProblemError(
    403,
    'Forbidden',
    `${name} may change ${applications.join(', ')}; application ${application} is none of these`,
  );
}

const listed = (may: readonly Right[]): string => (may.length === 0 ? 'do nothing' : may.join(', '));
