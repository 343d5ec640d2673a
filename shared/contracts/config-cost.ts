import { Type, type Static } from 'typebox';
import { BillSourceConfig } from './config-bills.ts';
import { closed, word } from './config-fields.ts';
import { SecretSource } from './config-secret.ts';
import { CostScope, Currency, RecommendationKind, recommendationKinds } from './cost-values.ts';
import { Name } from './values.ts';

/** What is known of prices and bills, and what is done about them. Secrets are named by where they are, and never held. */
const text = Type.String({ minLength: 1, maxLength: 1024 });
const url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2048 });
const hours = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: 8784, description }));
const days = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: 400, description }));
const dollars = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000_000, description }));
const portion = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));

const PricesConfig = Type.Object(
  {
    refreshHours: hours('How often the price lists are read'),
    quarantineRatio: Type.Optional(
      Type.Number({
        exclusiveMinimum: 1,
        maximum: 1000,
        description: 'A price that rose or fell by more than this factor is set aside until somebody accepts it',
      }),
    ),
    sources: Type.Optional(
      Type.Object(
        {
          aws: Type.Optional(
            Type.Object(
              {
                enabled: Type.Optional(Type.Boolean()),
                endpoint: Type.Optional(url),
                spotUrl: Type.Optional({
                  ...url,
                  description: 'The list of Fargate Spot prices; default the one of the pricing page',
                }),
              },
              closed,
            ),
          ),
          azure: Type.Optional(
            Type.Object({ enabled: Type.Optional(Type.Boolean()), url: Type.Optional(url) }, closed),
          ),
          gcp: Type.Optional(
            Type.Object(
              {
                enabled: Type.Optional(Type.Boolean()),
                endpoint: Type.Optional(url),
                apiKey: Type.Optional(SecretSource),
              },
              closed,
            ),
          ),
        },
        {
          ...closed,
          description: 'Price lists that are read; none by default, and then the embedded catalogue counts',
        },
      ),
    ),
  },
  { ...closed, description: 'Price lists' },
);

const keys = (description: string) => Type.Optional(Type.Array(text, { minItems: 1, maxItems: 10, description }));

export const sharedCostRules = ['proportional', 'even', 'separate'] as const;

const Budget = Type.Object(
  {
    name: Name,
    scope: Type.Optional(CostScope),
    /** For a calendar month, in the currency's unit. */
    amount: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000_000 }),
    currency: Type.Optional(Currency),
    /** Percent of the amount; default 80 and 100 of what is spent, 100 of the forecast. */
    thresholds: Type.Optional(
      Type.Array(
        Type.Object(
          {
            percent: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
            on: Type.Union([Type.Literal('actual'), Type.Literal('forecast'), Type.Literal('estimate')]),
            /** From here on nothing is placed in this scope that would cost more. */
            block: Type.Optional(Type.Boolean()),
          },
          closed,
        ),
        { minItems: 1, maxItems: 10 },
      ),
    ),
    burst: Type.Optional(
      Type.Object(
        {
          percent: Type.Number({ minimum: 100, maximum: 10_000 }),
          minimum: Type.Optional(Type.Number({ minimum: 0 })),
          block: Type.Optional(Type.Boolean()),
        },
        {
          ...closed,
          description: 'A day that costs more than so many percent of the usual one, and more than `minimum`',
        },
      ),
    ),
    webhook: Type.Optional(
      Type.Object(
        { url, token: Type.Optional(SecretSource) },
        { ...closed, description: 'Is posted every event of this budget' },
      ),
    ),
  },
  closed,
);

export const CostConfig = Type.Object(
  {
    sweepHours: hours('How often bills are looked for and judged'),
    currency: Type.Optional(Currency),
    prices: Type.Optional(PricesConfig),
    bills: Type.Optional(Type.Array(BillSourceConfig, { maxItems: 50 })),
    uploadMegabytes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, description: 'Largest bill that `cost import` may send' }),
    ),
    tags: Type.Optional(
      Type.Object(
        {
          application: keys('Tags that name the application, the first that is there; ours by default'),
          service: keys('… the service'),
          target: keys('… the target'),
          team: keys("… the team; default `team`, and the application's label `team`"),
        },
        { ...closed, description: 'Which tags of a bill say whose cost it is' },
      ),
    ),
    shared: word(sharedCostRules, 'How cost without tags is split: as direct cost is, evenly, or not at all'),
    budgets: Type.Optional(Type.Array(Budget, { maxItems: 200 })),
    anomalies: Type.Optional(
      Type.Object(
        {
          minimumImpact: dollars('What a day must cost more than usual to be told, in the currency'),
          sensitivity: Type.Optional(
            Type.Number({ minimum: 1, maximum: 20, description: 'Robust standard deviations from the usual' }),
          ),
          days: days('How many days back the usual is taken from'),
        },
        closed,
      ),
    ),
    recommendations: Type.Optional(
      Type.Object(
        {
          kinds: Type.Optional(
            Type.Array(RecommendationKind, {
              maxItems: recommendationKinds.length,
              description: 'Only these; default all',
            }),
          ),
          minimumMonthlySaving: dollars('Less than this is not told'),
          days: days('How many days of use it takes'),
          headroom: portion('Kept free above the 99th percentile of use'),
          moveThreshold: portion('Share by which another place must be cheaper'),
          verifyDays: days('Billed days before and after that are compared'),
          accept: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  kinds: Type.Array(RecommendationKind, { minItems: 1 }),
                  applications: Type.Optional(Type.Array(Name)),
                  minimumConfidence: portion('Less sure ones wait for a person'),
                  maximumRisk: word(['low', 'medium', 'high'] as const, 'Riskier ones wait for a person'),
                },
                closed,
              ),
              { maxItems: 20, description: 'Recommendations that are applied without asking; none by default' },
            ),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: 'Cost' },
);
export type CostConfig = Static<typeof CostConfig>;
