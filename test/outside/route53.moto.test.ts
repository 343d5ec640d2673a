import {
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  Route53Client,
  type HealthCheck,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createRoute53Router } from '../../shared/adapters/route53/index.ts';
import { referencesOf } from '../../shared/adapters/route53/health-checks.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import type { Split, TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { credentials, region } from './moto-clients.ts';

const client = new Route53Client({ endpoint: inject('motoEndpoint'), region, credentials });

/** The same AWS, whose account has as many health checks as it may have. */
async function withoutChecks(endpoint: string): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/2013-04-01/healthcheck') {
      const error = '<Error><Type>Sender</Type><Code>TooManyHealthChecks</Code><Message>no more</Message></Error>';
      response.writeHead(400, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
      return;
    }
    const { method, headers } = request;
    const onward = httpRequest(
      new URL(request.url ?? '/', endpoint),
      { method: method ?? 'GET', headers },
      (answer) => {
        answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      },
    );
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

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
    router = createRoute53Router({ client, zone: { id, name, ttlSeconds: 30 }, wait, logger: silentLogger });
  });

  const records = async (): Promise<readonly ResourceRecordSet[]> => {
    const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id }));
    return ResourceRecordSets.filter(({ SetIdentifier }) => SetIdentifier !== undefined);
  };
  /** Of this test's zone: moto keeps those of others, too. */
  const checks = async (service = 'web'): Promise<readonly HealthCheck[]> => {
    const { HealthChecks = [] } = await client.send(new ListHealthChecksCommand({}));
    const ours = referencesOf({ application: 'shop', service }, { id, name, ttlSeconds: 30 });
    return HealthChecks.filter(({ CallerReference }) => CallerReference?.startsWith(ours));
  };

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

  it('has a health check for each endpoint, and none when the endpoint goes', async () => {
    await router.route(split(1, { aws: 60, gcp: 40 }));
    const [first] = await checks();
    expect(await checks()).toHaveLength(2);
    expect((await records()).map(({ HealthCheckId }) => HealthCheckId)).toEqual(
      expect.arrayContaining((await checks()).map(({ Id }) => Id)),
    );
    expect(first?.HealthCheckConfig).toMatchObject({
      Type: 'TCP',
      FullyQualifiedDomainName: 'web.aws.example',
      Port: 443,
      RequestInterval: 30,
      FailureThreshold: 3,
    });
    const tagged = { ResourceType: 'healthcheck', ResourceId: first?.Id } as const;
    const { ResourceTagSet } = await client.send(new ListTagsForResourceCommand(tagged));
    expect(ResourceTagSet?.Tags).toContainEqual({ Key: 'Name', Value: 'shop/web aws/region/runtime' });
    // Only the weights: the checks stay what they are.
    await router.route(split(2, { aws: 10, gcp: 90 }));
    expect((await checks()).map(({ Id }) => Id)).toContain(first?.Id);
    await router.route(split(3, { gcp: 100 }));
    expect((await checks()).map(({ HealthCheckConfig: of }) => of?.FullyQualifiedDomainName)).toEqual([
      'web.gcp.example',
    ]);
    await router.route({ ...split(4, {}), removed: true });
    expect(await checks()).toEqual([]);
  });

  it('finds out a check that a crash left behind, when the split comes again', async () => {
    await router.route(split(1, { aws: 100 }));
    const HealthCheckConfig = { Type: 'TCP', FullyQualifiedDomainName: 'old.example', Port: 443 } as const;
    const ours = referencesOf({ application: 'shop', service: 'web' }, { id, name, ttlSeconds: 30 });
    await client.send(new CreateHealthCheckCommand({ CallerReference: `${ours}left-0`, HealthCheckConfig }));
    expect(await checks()).toHaveLength(2);
    await router.route(split(1, { aws: 100 }));
    expect((await checks()).map(({ HealthCheckConfig: of }) => of?.FullyQualifiedDomainName)).toEqual([
      'web.aws.example',
    ]);
  });

  it('leaves the checks of other services alone', async () => {
    await router.route(split(1, { aws: 100 }, 'api'));
    await router.route(split(1, { gcp: 100 }));
    await router.route(split(2, {}));
    expect(await checks('api')).toHaveLength(1);
  });

  it('goes without a check, and says so, when the account may have no more of them', async () => {
    const full = await withoutChecks(inject('motoEndpoint'));
    const said: unknown[] = [];
    const zone = { id, name, ttlSeconds: 30 };
    const logger = { warn: (what: string, facts: unknown) => void said.push(what, facts) };
    const client = new Route53Client({ endpoint: full.endpoint, region, credentials });
    await createRoute53Router({ client, zone, wait: () => Promise.resolve(), logger }).route(split(1, { aws: 100 }));
    await full.close();
    expect(await weights()).toEqual({ [`web.shop.${name}. aws/region/runtime web.aws.example`]: 100 });
    expect(said).toEqual([
      expect.stringContaining('without a health check'),
      { name: `web.shop.${name}.`, why: expect.stringContaining('no more') as unknown },
    ]);
  });

  it('fails over to a standby by itself, and makes it what serves when told to', async () => {
    const [serving, idle] = split(1, { aws: 100, gcp: 0 }).routes;
    if (serving === undefined || idle === undefined) throw new Error('no routes');
    const withStandby: Split = { ...split(1, {}), routes: [serving, { ...idle, standby: true }] };
    await router.route(withStandby);
    const byFailover = async () =>
      Object.fromEntries(
        (await records()).map((set) => [
          set.Failover ?? `${set.Name}`,
          set.AliasTarget?.DNSName ?? set.ResourceRecords?.[0]?.Value,
        ]),
      );
    const under = `web.shop.${name}.`;
    expect(await byFailover()).toEqual({
      PRIMARY: `_serving.${under}`,
      SECONDARY: `_standby.${under}`,
      [`_serving.${under}`]: 'web.aws.example',
      [`_standby.${under}`]: 'web.gcp.example',
    });
    const alias = (await records()).find(({ Failover }) => Failover === 'PRIMARY')?.AliasTarget;
    expect(alias).toMatchObject({ HostedZoneId: id, EvaluateTargetHealth: true });
    expect(await checks()).toHaveLength(2);
    const [standing] = await router.routes();
    expect(standing).toEqual(withStandby);
    await router.route(split(2, { gcp: 100 }));
    expect(await byFailover()).toEqual({ [under]: 'web.gcp.example' });
    expect(await checks()).toHaveLength(1);
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
