import { Type, type Static } from 'typebox';
import { closed } from './config-fields.ts';

/** Where a secret is: the configuration names it, and never holds it. */
export const SecretSource = Type.Union([
  Type.Object({ file: Type.String({ minLength: 1, maxLength: 4096 }) }, closed),
  Type.Object({ environment: Type.String({ pattern: '^[A-Z_][A-Z0-9_]*$', maxLength: 200 }) }, closed),
  Type.Object(
    {
      /** Name of a secret of AWS Secrets Manager, in the account and region of the hub: not its ARN. */
      secretsManager: Type.String({ pattern: '^[\\w/+=.@-]+$', maxLength: 512 }),
      /** Where the secret is a JSON object, the field that holds it. */
      field: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    },
    closed,
  ),
]);
export type SecretSource = Static<typeof SecretSource>;
