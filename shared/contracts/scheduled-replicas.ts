import { Type } from 'typebox';

const closed = { additionalProperties: false } as const;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const ScheduledReplicas = Type.Object(
  {
    days: Type.Optional(
      Type.Array(Type.Unsafe<(typeof weekdays)[number]>(Type.Union(weekdays.map((each) => Type.Literal(each)))), {
        minItems: 1,
        maxItems: 7,
        description: 'Default every day',
      }),
    ),
    from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' }),
    to: Type.String({
      pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
      description: 'HH:MM; not later than `from` is on the next day',
    }),
    timezone: Type.Optional(
      Type.String({ maxLength: 60, description: 'IANA name, for example Europe/Berlin; default UTC' }),
    ),
    replicas: Type.Integer({ minimum: 0, maximum: 1000 }),
  },
  closed,
);
