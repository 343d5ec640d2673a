import { createDoor, type Door } from './door.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DoorDefaults {
  /** Where the environment names none. */
  readonly issuer?: string;
  readonly callerClaims: readonly string[];
}

/**
 * Who may call this function: `HOMEOSTASIS_CALLER` (the relay's identity in this cloud), with a token for
 * `HOMEOSTASIS_CALLER_AUDIENCE` from `HOMEOSTASIS_CALLER_ISSUER`. No setting leaves the door open.
 * @throws Error naming the variable that is missing or wrong.
 */
export function doorFrom(environment: Environment, { issuer, callerClaims }: DoorDefaults): Door {
  return createDoor({
    issuer: environment['HOMEOSTASIS_CALLER_ISSUER'] || issuer || required(environment, 'HOMEOSTASIS_CALLER_ISSUER'),
    audience: required(environment, 'HOMEOSTASIS_CALLER_AUDIENCE'),
    caller: required(environment, 'HOMEOSTASIS_CALLER'),
    callerClaims,
  });
}

function required(environment: Environment, name: string): string {
  const value = environment[name]?.trim();
  if (value) return value;
  throw new Error(`the environment variable ${name} is missing: without it anybody could command this function`);
}
