import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Fleet } from '../shared/adapters/telemetry/fleet.ts';
import { startTelemetry, type Telemetry } from '../shared/adapters/telemetry/index.ts';
import { beginTrace, observe } from '../shared/pipeline/observe.ts';
import { files, namedMetrics, scrapedMetrics } from './outside/alerts/shipped.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}
interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const folder = 'observability/grafana';
const dashboards = readdirSync(folder).map(
  (name) => [name, JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Dashboard] as const,
);
const { groups } = parse(readFileSync(files.rules, 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

const fleet: Fleet = {
  deployments: [
    { application: 'a', service: 'b', target: 'aws/eu-west-1/fargate', ready: 1, desired: 1, metrics: { x: 1 } },
  ],
  services: [{ application: 'a', service: 'b', requestsPerSecond: 1, errorRatio: 0, p99Seconds: 1 }],
  scopes: [{ scope: 'aws/eu-west-1', status: 'healthy' }],
  recoveries: {},
  lastRecoveries: [{ scope: 'aws/eu-west-1', seconds: 1, overRto: 0, overRpo: 0 }],
  openIncidents: 0,
};

let telemetry: Telemetry;
beforeAll(async () => {
  const figures = () => ({ queued: 0, oldestDueAgeMs: 0, retries: 0, deadLetters: 0, published: 0 });
  telemetry = await startTelemetry({ version: 'test', environment: {}, figures, fleet: () => Promise.resolve(fleet) });
});
afterAll(() => telemetry.close());

describe('what is shipped for Prometheus and Grafana', () => {
  it('names no metric that GET /metrics has not', async () => {
    const event = { id: '1', type: 'x', source: '/x', specversion: '1.0', correlationid: 'c', time: '', data: {} };
    await observe('test/on-x', event as never, () => Promise.resolve());
    expect(beginTrace('x', {})).toBeUndefined();
    const scraped = scrapedMetrics(await telemetry.scrape());
    expect(namedMetrics().filter((name) => !scraped.has(name))).toEqual([]);
    expect(namedMetrics().length).toBeGreaterThan(12);
  });

  it('names no recorded rule that there is not', () => {
    const text = [...dashboards.map(([, each]) => JSON.stringify(each)), ...rules.map(({ expr }) => expr)].join('\n');
    const named = new Set(text.match(/\bhomeostasis:[a-z0-9_:]+/g));
    const recorded = rules.flatMap(({ record }) => record ?? []);
    expect([...named].filter((name) => !recorded.includes(name))).toEqual([]);
    expect(named.size).toBeGreaterThan(0);
  });

  it('sends only critical alerts about one place of one service to the control plane', () => {
    const sent = rules.filter(({ labels }) => labels?.['homeostasis'] === 'recover');
    expect(sent.map(({ alert }) => alert)).toEqual(['HomeostasisDeploymentDown', 'HomeostasisDeploymentErrors']);
    for (const { labels, expr } of sent) {
      expect(labels?.['severity']).toBe('critical');
      expect(expr).toMatch(/homeostasis[_:]deployment_/);
    }
  });
});

describe.each(dashboards)('the dashboard %s', (_, { panels, templating }) => {
  it('has panels of their own id that do not overlap and fit the grid', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos: at } of panels) {
      expect(at.x + at.w).toBeLessThanOrEqual(24);
      for (let x = at.x; x < at.x + at.w; x++) {
        for (let y = at.y; y < at.y + at.h; y++) {
          expect([title, taken.get(`${x},${y}`)]).toEqual([title, undefined]);
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });

  it('asks for something in each panel, with variables that it has', () => {
    const known = ['__rate_interval', ...templating.list.map(({ name }) => name)];
    for (const { type, title, targets = [] } of panels) {
      if (type !== 'row') expect([title, targets.length]).not.toEqual([title, 0]);
      const used = targets.flatMap(({ expr }) => [...expr.matchAll(/\$([a-z_]+)/g)].map(([, name = '']) => name));
      expect(used.filter((name) => !known.includes(name))).toEqual([]);
    }
  });
});
