import { Type, type Static } from 'typebox';
import { AlertDialect, Severity } from './alert-received.ts';
import { closed } from './config-fields.ts';
import { SecretSource } from './config-secret.ts';
import { Name, TargetScope } from './values.ts';

const text = Type.String({ minLength: 1, maxLength: 512 });

/** Alert hooks: `POST /v1/hooks/<name>`. A secret is named by where it is, never written here. */
export const HookAuthentication = Type.Union([
  /** Alertmanager `http_config.authorization`, Grafana `authorization_credentials`. */
  Type.Object({ type: Type.Literal('bearer'), token: SecretSource }, closed),
  /** Alertmanager and Google Cloud Monitoring `basic_auth`, Grafana. */
  Type.Object({ type: Type.Literal('basic'), username: text, password: SecretSource }, closed),
  /** Azure action groups and Google webhooks that can carry no header: a token in the query string. */
  Type.Object({ type: Type.Literal('query'), parameter: text, token: SecretSource }, closed),
  /** Grafana: HMAC-SHA256 of the body in a header. */
  Type.Object({ type: Type.Literal('hmac'), header: text, secret: SecretSource }, closed),
  /** CloudWatch over SNS: the message's own signature, from topics of this list. */
  Type.Object({ type: Type.Literal('sns'), topics: Type.Array(text, { minItems: 1, maxItems: 20 }) }, closed),
  /** Azure secure webhook and Google push: a token signed by the issuer. */
  Type.Object({ type: Type.Literal('oidc'), issuer: text, audience: text, subject: Type.Optional(text) }, closed),
  /** The API's own token, as everything else. */
  Type.Object({ type: Type.Literal('api') }, closed),
]);
export type HookAuthentication = Static<typeof HookAuthentication>;

const MapRule = Type.Object(
  {
    match: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 500 }), {
      description: 'Labels that must all be so; a value may begin or end with *',
    }),
    application: Type.Optional(Name),
    service: Type.Optional(Name),
    scope: Type.Optional(TargetScope),
    severity: Type.Optional(Severity),
  },
  closed,
);

export const HookConfig = Type.Object(
  {
    name: Name,
    dialect: AlertDialect,
    authentication: HookAuthentication,
    labels: Type.Optional(
      Type.Object(
        {
          application: Type.Optional(text),
          service: Type.Optional(text),
          scope: Type.Optional(text),
          cloud: Type.Optional(text),
          region: Type.Optional(text),
          severity: Type.Optional(text),
        },
        { ...closed, description: 'Which labels say it; default: names that are usual' },
      ),
    ),
    map: Type.Optional(
      Type.Array(MapRule, { maxItems: 200, description: 'First rule that matches, before the labels are looked at' }),
    ),
  },
  closed,
);
export type HookConfig = Static<typeof HookConfig>;

export const HooksConfig = Type.Array(HookConfig, { maxItems: 50, description: 'Who may send alerts, and how' });
