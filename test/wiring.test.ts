import { readdirSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../shared/adapters/event-pattern/index.ts';
import type { Envelope } from '../shared/contracts/envelope.ts';
import { toBusEvent } from '../shared/contracts/event-pattern.ts';
import { contracts } from '../shared/contracts/index.ts';
import { patternOf, type Handler } from '../shared/pipeline/handler.ts';
import type { CloudTarget } from '../shared/ports/cloud-target.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import type { TrafficRouter } from '../shared/ports/traffic-router.ts';
import { defaultCostSettings, type CostGiven } from '../services/cost/index.ts';
import { defaultDrSettings } from '../services/dr/index.ts';
import { defaultMonitorSettings } from '../services/monitor/index.ts';
import { defaultPlacementSettings } from '../services/placement/index.ts';
import { defaultRolloutSettings } from '../services/rollout/index.ts';

/**
 * The files `on-<event>.ts` in services are the subscription map. This holds it against what the services compose, what the contracts
 * define, and what the bus would route.
 */
const root = new URL('../services/', import.meta.url);
const services = readdirSync(root, { withFileTypes: true })
  .filter((each) => each.isDirectory() && existsSync(new URL(`${each.name}/index.ts`, root)))
  .map(({ name }) => name);

const noCloud = {} as CloudTarget;
const noRouter = {} as TrafficRouter;
const cost: CostGiven = {
  settings: defaultCostSettings,
  ledger: {} as Ledger,
  billSources: [],
  priceSources: [],
  post: () => Promise.resolve(),
};
const settings: Readonly<Record<string, unknown>> = {
  placement: defaultPlacementSettings,
  monitor: defaultMonitorSettings,
  rollout: defaultRolloutSettings,
  dr: defaultDrSettings,
  traffic: { router: noRouter },
  cost,
};

interface Subscribed {
  readonly service: string;
  readonly handler: Handler;
}

type Compose = (given: unknown) => readonly Handler[];

const composed: readonly Subscribed[] = (
  await Promise.all(
    services.map(async (service) => {
      const { handlers } = (await import(`../services/${service}/index.ts`)) as { readonly handlers: Compose };
      return handlers(settings[service] ?? noCloud).map((handler) => ({ service, handler }));
    }),
  )
).flat();

const files = services.flatMap((service) =>
  readdirSync(new URL(`${service}/`, root))
    .filter((name) => /^on-.*\.ts$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => `${service}/${basename(name, '.ts')}`),
);

/** What is said for people, dashboards and the log; no service of ours acts on it. */
const deliberatelyUnread: readonly string[] = [
  'dev.homeostasis.incident.detected.v1',
  'dev.homeostasis.incident.resolved.v1',
  'dev.homeostasis.recovery.started.v1',
  'dev.homeostasis.recovery.step.v1',
  'dev.homeostasis.recovery.completed.v1',
  'dev.homeostasis.recovery.failed.v1',
  'dev.homeostasis.failback.suggested.v1',
  'dev.homeostasis.failback.ended.v1',
  'dev.homeostasis.drill.completed.v1',
  'dev.homeostasis.cost.anomaly.v1',
  'dev.homeostasis.cost.reported.v1',
  'dev.homeostasis.bill.refused.v1',
  'dev.homeostasis.recommendation.made.v1',
  'dev.homeostasis.recommendation.verified.v1',
];

const readersOf = (type: string): readonly Handler[] =>
  composed.map(({ handler }) => handler).filter(({ contract }) => contract.type === type);

const sample = (type: string, cloud?: string): Envelope => ({
  specversion: '1.0',
  id: '1',
  source: '/homeostasis/test',
  type,
  subject: 's',
  time: '2026-11-21T08:00:00Z',
  datacontenttype: 'application/json',
  correlationid: '1',
  ...(cloud === undefined ? {} : { cloud }),
  data: {},
});

describe('the subscription map', () => {
  it('sees the services', () => {
    expect(services).toEqual(
      expect.arrayContaining([...Object.keys(settings), 'deployer-aws', 'deployer-azure', 'deployer-gcp']),
    );
    expect(files.length).toBeGreaterThan(30);
  });

  it('is the files: each is composed, as the consumer that its path names, and nothing else is', () => {
    expect(composed.map(({ handler }) => handler.consumer).sort()).toEqual([...files].sort());
  });

  it.each(composed.map(({ service, handler }) => [handler.consumer, service, handler] as const))(
    '%s is named after its service and its message',
    (consumer, service, { contract, cloud }) => {
      const message = contract.type.replace(/^dev\.homeostasis\./, '').replace(/\.v\d+$/, '');
      expect(consumer).toBe(`${service}/on-${message.replaceAll('.', '-')}`);
      expect(cloud).toBe(/^deployer-(.*)$/.exec(service)?.[1]);
    },
  );
});

describe('messages', () => {
  it.each(contracts.filter(({ kind }) => kind === 'event').map(({ type }) => [type]))(
    '%s is read, or deliberately not',
    (type) => {
      expect(readersOf(type).length > 0).toBe(!deliberatelyUnread.includes(type));
    },
  );

  it.each(contracts.filter(({ kind }) => kind === 'command').map(({ type }) => [type]))(
    '%s has one reader, or one per cloud',
    (type) => {
      const clouds = readersOf(type).map(({ cloud }) => cloud);
      expect(clouds.length).toBeGreaterThan(0);
      expect(new Set(clouds).size).toBe(clouds.length);
      if (clouds.length > 1) expect([...clouds].sort()).toEqual(['aws', 'azure', 'gcp']);
    },
  );

  it('are all known to somebody: no reader reads what is no contract', () => {
    const known = new Set(contracts.map(({ type }) => type));
    expect(composed.filter(({ handler }) => !known.has(handler.contract.type))).toEqual([]);
  });
});

describe('patterns', () => {
  const matcher = compilePatterns(
    composed.map(({ handler }) => ({ id: handler.consumer, pattern: patternOf(handler) })),
  );
  const clouds = [undefined, 'aws', 'azure', 'gcp', 'private'];
  it.each(contracts.flatMap(({ type }) => clouds.map((cloud) => [type, cloud] as const)))(
    'for %s to %s select exactly the readers of it',
    (type, cloud) => {
      const wanted = readersOf(type)
        .filter((each) => each.cloud === undefined || each.cloud === cloud)
        .map(({ consumer }) => consumer);
      expect([...matcher.match(toBusEvent(sample(type, cloud)))].sort()).toEqual(wanted.sort());
    },
  );

  it('select nothing of what is not ours', () => {
    for (const type of ['com.example.built', 'dev.homeostasis', 'dev.homeostasis.target.excluded.v2', '']) {
      expect(matcher.match(toBusEvent(sample(type, 'aws')))).toEqual([]);
    }
  });
});
