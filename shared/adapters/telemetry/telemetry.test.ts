import { afterEach, describe, expect, it } from 'vitest';
import type { Fleet } from './fleet.ts';
import { startTelemetry, type Telemetry } from './index.ts';

const full: Fleet = {
  deployments: [
    {
      application: 'shop',
      service: 'web',
      target: 'aws/eu-west-1/fargate',
      ready: 1,
      desired: 2,
      metrics: { 'http.server.request.count': 60 },
    },
  ],
  services: [
    { application: 'shop', service: 'web', requestsPerSecond: 1, errorRatio: 0.5, p50Seconds: 0.1, p99Seconds: 2 },
  ],
  scopes: [{ scope: 'aws/eu-west-1', status: 'unhealthy' }],
  recoveries: { running: 1 },
  lastRecoveries: [{ scope: 'aws/eu-west-1', seconds: 12.5, overRto: 1, overRpo: 0 }],
  openIncidents: 1,
  cost: {
    services: [{ application: 'shop', service: 'web', monthlyDollars: 54.44, weekError: 0.25 }],
    billedDollars: [{ cloud: 'aws', dollars: 120.5 }],
    budgets: [{ budget: 'shop', usedRatio: 0.8 }],
  },
};
const nothing: Fleet = {
  deployments: [],
  services: [],
  scopes: [],
  recoveries: {},
  lastRecoveries: [],
  openIncidents: 0,
};

let telemetry: Telemetry | undefined;
afterEach(() => telemetry?.close());

async function started(fleet: () => Promise<Fleet>): Promise<Telemetry> {
  const figures = () => ({ queued: 3, oldestDueAgeMs: 1500, retries: 1, deadLetters: 2, published: 40 });
  telemetry = await startTelemetry({ version: 'test', environment: {}, figures, fleet });
  return telemetry;
}

describe('GET /metrics', () => {
  it('tells of the fleet and of the control plane, with labels that rules can join', async () => {
    const scrape = await (await started(() => Promise.resolve(full))).scrape();
    const labels = 'application="shop",service="web",cloud="aws",region="eu-west-1",runtime="fargate"';
    for (const line of [
      'homeostasis_queue_oldest_age_seconds 1.5',
      'homeostasis_dead_letters 2',
      'homeostasis_events_published_total 40',
      `homeostasis_deployment_replicas_ready{${labels}} 1`,
      `homeostasis_deployment_replicas_desired{${labels}} 2`,
      `homeostasis_deployment_metric{${labels},metric="http.server.request.count"} 60`,
      'homeostasis_service_latency_seconds{application="shop",service="web",percentile="99"} 2',
      'homeostasis_region_health{scope="aws/eu-west-1",state="unhealthy"} 1',
      'homeostasis_region_health{scope="aws/eu-west-1",state="healthy"} 0',
      'homeostasis_recoveries{state="running"} 1',
      'homeostasis_recoveries{state="failed"} 0',
      'homeostasis_last_recovery_seconds{scope="aws/eu-west-1"} 12.5',
      'homeostasis_last_recovery_services_over_objective{scope="aws/eu-west-1",objective="rto"} 1',
      'homeostasis_incidents_open 1',
      'homeostasis_cost_forecast_error_ratio{application="shop",service="web",over="week"} 0.25',
      'homeostasis_cost_estimated_monthly_dollars{application="shop",service="web"} 54.44',
      'homeostasis_cost_billed_dollars{cloud="aws"} 120.5',
      'homeostasis_cost_budget_used_ratio{budget="shop"} 0.8',
    ]) {
      expect(scrape.split('\n')).toContain(line);
    }
    // Not measured: not there, rather than zero.
    expect(scrape).not.toContain('percentile="95"');
    expect(scrape).not.toContain('over="month"');
  });

  it('says nothing more of what is gone', async () => {
    let fleet = full;
    const { scrape } = await started(() => Promise.resolve(fleet));
    expect(await scrape()).toContain('service="web"');
    fleet = nothing;
    const after = await scrape();
    expect(after).not.toContain('service="web"');
    expect(after).not.toContain('scope="aws/eu-west-1"');
    expect(after).toContain('homeostasis_events_published_total 40');
  });

  it('fails rather than tell a part when the fleet cannot be read', async () => {
    const { scrape } = await started(() => Promise.reject(new Error('no service answers GET /deployments')));
    await expect(scrape()).rejects.toThrow('metrics could not be read: no service answers GET /deployments');
  });
});
