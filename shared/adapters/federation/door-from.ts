import { requiredTo, type Environment } from '../required.ts';
import { createDoor, type Door } from './door.ts';

const required = requiredTo('without it anybody could command this function');

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
