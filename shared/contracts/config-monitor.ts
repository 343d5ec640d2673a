import { Type } from 'typebox';
import { closed, milliseconds } from './config-fields.ts';
import { PrometheusConfig } from './config-prometheus.ts';

export const MonitorConfig = Type.Object(
  {
    observeInitialMs: milliseconds('Wait before the first look at something new; doubles while nothing changes'),
    observeMaxMs: milliseconds('… up to this'),
    reconcileSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86400,
        description: 'How often everything is compared with what should run',
      }),
    ),
    unreachableAfter: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: 'Looks in a row without an answer that make a region suspect',
      }),
    ),
    metrics: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(
            Type.Boolean({
              description: "Whether the clouds' own metrics are collected; some of their calls cost money",
            }),
          ),
          everySeconds: Type.Optional(
            Type.Integer({ minimum: 10, maximum: 3600, description: 'How often they are collected' }),
          ),
          errorRatio: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 1,
              description: 'A deployment that answers more than this share of its requests with errors is unwell',
            }),
          ),
          minimumRequests: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'Requests in the window below which nothing is concluded from them',
            }),
          ),
          prometheus: Type.Optional(
            Type.Array(PrometheusConfig, {
              maxItems: 20,
              description: 'Asked beside the clouds; where both tell a minute, its word stands',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: 'How closely deployments are watched' },
);
