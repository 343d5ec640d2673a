import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { metricsCollected, type MetricName } from '../../../shared/contracts/metrics-collected.ts';
import { scheduleReconcile } from '../../../shared/contracts/schedule-reconcile.ts';
import { CloudUnreachable } from '../../../shared/ports/cloud-target.ts';
import type { FleetMetrics, FleetQuery } from '../../../shared/ports/metric-source.ts';
import { defaultMonitorSettings } from '../index.ts';
import { createWorld, home, measured, minute, other, type Answered } from './fixtures.ts';

type Values = Readonly<Partial<Record<MetricName, number>>>;

/** A Prometheus that tells the same of every deployment in every minute it is asked of, and remembers what it was asked. */
function telling(values: Values | Error) {
  const asked: FleetQuery[] = [];
  const source: FleetMetrics = {
    collect(query) {
      asked.push(query);
      if (values instanceof Error) return Promise.reject(values);
      const minutes = Array.from({ length: (query.to - query.from) / 60 }, (_, index) => query.from + index * 60);
      return Promise.resolve(
        query.deployments.flatMap((of) =>
          (Object.entries(values) as [MetricName, number][]).map(([metric, value]) => ({
            ...{ ...of, metric },
            points: minutes.map((at): [number, number] => [at, value]),
          })),
        ),
      );
    },
  };
  return { source, asked };
}

interface Collected {
  readonly scope: string;
  readonly status: string;
  readonly message: string;
  readonly prometheus?: string;
  readonly series: readonly { readonly target: string }[];
}

function worldWith(named: Readonly<Record<string, { readonly source: FleetMetrics; readonly targets?: string[] }>>) {
  const prometheus = Object.entries(named).map(([name, { targets }]) =>
    targets === undefined ? { name } : { name, targets },
  );
  const settings = { ...defaultMonitorSettings, metrics: { ...defaultMonitorSettings.metrics, prometheus } };
  return createWorld(
    createMemoryRuntime,
    settings,
    new Map(Object.entries(named).map(([name, { source }]) => [name, source])),
  );
}

const requests = 'http.server.request.count';
const errors = 'http.server.request.error.count';

async function shown(world: ReturnType<typeof worldWith>, place: string): Promise<Record<string, number[]>> {
  const { body } = await world.get({ application: 'shop', service: 'web' });
  const found = (body as Answered).services.find((each) => each.place === place);
  return Object.fromEntries(
    (found?.metrics ?? []).map(({ metric, points }) => [metric, points.map(([, value = Number.NaN]) => value)]),
  );
}

describe('a Prometheus in the configuration', () => {
  it('is asked in each round, and what it says is shown as what a cloud says', async () => {
    const { source, asked } = telling({ [requests]: 30, 'container.memory.usage': 1024 });
    const world = worldWith({ main: { source } });
    await world.place(['web', 'api'], [home, other]);
    await world.say(scheduleReconcile.draft({}));
    expect(asked.map(({ deployments }) => deployments.length)).toEqual([4]);
    expect(asked[0]).toMatchObject({
      from: Date.UTC(2026, 10, 21, 7, 55) / 1000,
      to: Date.UTC(2026, 10, 21, 8) / 1000,
    });
    const told = await world.said<Collected>(metricsCollected);
    expect(told.map(({ scope, prometheus, status, message }) => [scope, prometheus, status, message])).toEqual([
      ['aws/eu-west-1', 'main', 'collected', '2 deployments of 2 measured'],
      ['gcp/europe-west1', 'main', 'collected', '2 deployments of 2 measured'],
    ]);
    expect(await shown(world, home)).toEqual({
      [requests]: [30, 30, 30, 30, 30],
      'container.memory.usage': Array(5).fill(1024),
    });
    world.advance(minute);
    await world.say(scheduleReconcile.draft({}));
    expect(asked).toHaveLength(2);
  });

  it.each(['before', 'after'])(
    'is believed where a cloud that answers %s it tells the same, and nowhere else',
    async (when) => {
      const { source } = telling({ [requests]: 30, 'container.memory.usage': 1024 });
      const world = worldWith({ main: { source, targets: ['aws'] } });
      await world.place(['web'], [home, other]);
      const cloud = async (): Promise<void> => {
        const values = { [requests]: 50, [errors]: 40, 'container.cpu.utilization': 0.5 };
        for (const target of [home, other]) await measured(world, target, { web: values });
      };
      if (when === 'before') await cloud();
      await world.say(scheduleReconcile.draft({}));
      if (when === 'after') await cloud();
      // Its requests with the cloud's failures would be a share of neither.
      expect(await shown(world, home)).toEqual({
        [requests]: Array(5).fill(30),
        'container.cpu.utilization': Array(5).fill(0.5),
        'container.memory.usage': Array(5).fill(1024),
      });
      expect(await shown(world, other)).toEqual({
        [requests]: Array(5).fill(50),
        [errors]: Array(5).fill(40),
        'container.cpu.utilization': Array(5).fill(0.5),
      });
    },
  );

  it('that does not answer says so once for each region, and takes nothing away', async () => {
    const down = telling(new CloudUnreachable('Prometheus at http://p did not answer: refused'));
    const world = worldWith({ main: down });
    await world.place(Array.from({ length: 60 }, (_, index) => `s${index}`).concat('web'), [home]);
    await measured(world, home, { web: { [requests]: 50 } });
    await world.say(scheduleReconcile.draft({}));
    const told = (await world.said<Collected>(metricsCollected)).filter(({ prometheus }) => prometheus !== undefined);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ scope: 'aws/eu-west-1', status: 'unavailable', series: [] });
    expect(told[0]?.message).toBe('CloudUnreachable: Prometheus at http://p did not answer: refused');
    expect(down.asked).toHaveLength(1);
    expect(await shown(world, home)).toEqual({ [requests]: Array(5).fill(50) });
  });

  it('is asked of what it tells of, and of each place only the first that tells of it', async () => {
    const near = telling({ [requests]: 1 });
    const all = telling({ [requests]: 2 });
    const world = worldWith({ near: { ...near, targets: ['gcp/europe-west1'] }, all });
    const services = Array.from({ length: 85 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    await world.place(services, [home, other]);
    await world.place(['web'], [home, other, 'azure/westeurope/container-apps']);
    await world.say(scheduleReconcile.draft({}));
    const identities = ({ asked }: typeof near) => asked.flatMap(({ deployments }) => deployments);
    expect(new Set(identities(near).map(({ target }) => target))).toEqual(new Set([other]));
    expect(identities(all).some(({ target }) => target === other)).toBe(false);
    const every = [...identities(near), ...identities(all)].map(({ service, target }) => `${service}/${target}`);
    expect(new Set(every).size).toBe(every.length);
    expect(every).toHaveLength(85 * 2 + 3);
  });

  it('has all places of a service on one page, however the pages fall', async () => {
    const services = Array.from({ length: 85 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    const { asked, source } = telling({});
    const wide = worldWith({ all: { source } });
    await wide.place(services, [home, other, 'azure/westeurope/container-apps']);
    await wide.say(scheduleReconcile.draft({}));
    for (const { deployments } of asked) {
      const counts = Map.groupBy(deployments, ({ service }) => service);
      expect([...counts.values()].every((places) => places.length === 3)).toBe(true);
      expect(deployments.length).toBeLessThanOrEqual(50);
    }
    expect(asked.flatMap(({ deployments }) => deployments)).toHaveLength(85 * 3);
  });
});
