import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createRoute53Router } from '../../shared/adapters/route53/index.ts';
import type { Split, TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { credentials, region } from './moto-clients.ts';

const client = new Route53Client({ endpoint: inject('motoEndpoint'), region, credentials });

/** moto is in sync at once; real name servers take up to a minute. */
describe('traffic by weighted records, against moto', () => {
  let id: string;
  let name: string;
  let router: TrafficRouter;
  let waits: number[];

  beforeEach(async () => {
    name = `z${randomUUID().slice(0, 8)}.example`;
    const { HostedZone } = await client.send(
      new CreateHostedZoneCommand({ Name: name, CallerReference: randomUUID() }),
    );
    id = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
    waits = [];
    const wait = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
    router = createRoute53Router({ client, zone: { id, name, ttlSeconds: 30 }, wait });
  });

  const weights = async (): Promise<Record<string, number>> => {
    const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id }));
    return Object.fromEntries(
      ResourceRecordSets.filter(({ SetIdentifier }) => SetIdentifier !== undefined).map((set) => [
        `${set.Name} ${set.SetIdentifier} ${set.ResourceRecords?.[0]?.Value}`,
        set.Weight ?? -1,
      ]),
    );
  };
  const split = (sequence: number, shares: Readonly<Record<string, number>>, service = 'web'): Split => ({
    application: 'shop',
    service,
    sequence,
    routes: Object.entries(shares).map(([cloud, weight]) => ({
      target: `${cloud}/region/runtime`,
      endpoint: `https://${service}.${cloud}.example`,
      weight,
    })),
  });

  it('puts a split in force, shifts it, and takes it out', async () => {
    await router.route(split(1, { aws: 60, gcp: 40 }));
    const under = `web.shop.${name}.`;
    expect(await weights()).toEqual({
      [`${under} aws/region/runtime web.aws.example`]: 60,
      [`${under} gcp/region/runtime web.gcp.example`]: 40,
    });
    await router.route(split(2, { aws: 0, gcp: 100 }));
    expect(await weights()).toEqual({ [`${under} gcp/region/runtime web.gcp.example`]: 100 });
    await router.route(split(3, {}));
    expect(await weights()).toEqual({});
  });

  it('resolves only after what resolvers kept has expired', async () => {
    await router.route(split(1, { aws: 100 }));
    expect(waits.at(-1)).toBe(30_000);
  });

  it('changes nothing when a split comes again, or an older one late', async () => {
    await router.route(split(2, { aws: 100 }));
    const before = await weights();
    waits.length = 0;
    await router.route(split(2, { aws: 100 }));
    await router.route(split(1, { gcp: 100 }));
    expect(waits).toEqual([]);
    expect(await weights()).toEqual(before);
  });

  it('tells what is in force, and nothing of other records', async () => {
    const wanted = [split(4, { aws: 60, gcp: 40 }), split(1, { azure: 100 }, 'api')];
    for (const each of wanted) await router.route(each);
    const found = await router.routes();
    expect(found.toSorted((a, b) => b.sequence - a.sequence)).toEqual(wanted);
  });

  it('of two writers at once lets one win whole', async () => {
    await router.route(split(1, { aws: 100 }));
    const results = await Promise.allSettled([
      router.route(split(2, { gcp: 100 })),
      router.route(split(3, { azure: 100 })),
    ]);
    for (const result of results) {
      if (result.status === 'rejected') expect((result.reason as Error).name).toBe('ZoneBusy');
    }
    expect(Object.keys(await weights())).toHaveLength(1);
    const [inForce] = await router.routes();
    expect(Object.keys(await weights())[0]).toContain(inForce?.routes[0]?.endpoint.replace('https://', ''));
  });
});
