import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name, TargetScope } from './values.ts';

/** The dialects that a hook understands: who sends, and in which shape. */
export const alertDialects = [
  'alertmanager',
  'cloudwatch',
  'azure-monitor',
  'google-monitoring',
  'grafana',
  'cdevents',
  'cloudevents',
] as const;
export type AlertDialect = (typeof alertDialects)[number];
export const AlertDialect = Type.Unsafe<AlertDialect>(Type.Union(alertDialects.map((each) => Type.Literal(each))));

export const Severity = Type.Union([Type.Literal('critical'), Type.Literal('warning'), Type.Literal('info')]);
export type Severity = Static<typeof Severity>;

/**
 * Something outside says that something is wrong, or no longer. One per alert, whatever the sender bundles; an alert that fires again
 * unchanged has the same event id, so that repeats change nothing.
 */
export const alertReceived = defineEvent({
  name: 'alert.received',
  summary: 'A monitoring system said that an alert fires or is resolved',
  data: Type.Object(
    {
      /** `<hook>-<hash of the dialect's own key>`: the same alert firing and resolved. */
      alert: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 120 }),
      /** Name of the hook in the configuration. */
      hook: Name,
      dialect: AlertDialect,
      status: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
      severity: Severity,
      title: Type.String({ minLength: 1, maxLength: 300 }),
      description: Type.String({ maxLength: 2000 }),
      /** As the sender says them, cut to what fits: at most 64. */
      labels: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 500 })),
      /** RFC 3339: when it began to fire. */
      startsAt: Type.String(),
      endsAt: Type.Optional(Type.String()),
      /** Where to look at it in the sending system. */
      url: Type.Optional(Type.String({ maxLength: 2048 })),
      /** What it is about, as far as its labels map to something; without any of them it is kept and shown, and moves nothing. */
      application: Type.Optional(Name),
      service: Type.Optional(Name),
      scope: Type.Optional(TargetScope),
      /** A test notification: shown, and moves nothing. */
      test: Type.Optional(Type.Literal(true)),
      /** What was mended or left out on the way in, for people: a time that was still to come, alerts the sender cut, a name that is not known. */
      notes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 10 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.alert,
});
export type Alert = Static<typeof alertReceived.schema>;
