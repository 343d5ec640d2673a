import { describe, expect, it } from 'vitest';
import type { Split } from '../../ports/traffic-router.ts';
import { changesTo, markOf, MixedEndpoints, NotANameOrAddress, readMark, recordsOf } from './records.ts';

const zone = { id: 'Z1', name: 'apps.example.com', ttlSeconds: 30 };
const route = (target: string, endpoint: string, weight: number) => ({ target, endpoint, weight });
const split = (...routes: Split['routes']): Split => ({ application: 'shop', service: 'web', sequence: 7, routes });
const ecs = route('aws/eu-west-1/fargate', 'https://web.ecs.eu-west-1.on.aws', 60);
const run = route('gcp/europe-west1/cloud-run', 'https://web-abc.a.run.app/', 40);

describe('a split as records', () => {
  it('is a weighted record for each target that gets traffic, with its health check', () => {
    expect(recordsOf(split(ecs, run), zone, new Map([['aws/eu-west-1/fargate', 'check-1']]))).toEqual([
      {
        Name: 'web.shop.apps.example.com.',
        Type: 'CNAME',
        SetIdentifier: 'aws/eu-west-1/fargate',
        Weight: 60,
        TTL: 30,
        HealthCheckId: 'check-1',
        ResourceRecords: [{ Value: 'web.ecs.eu-west-1.on.aws' }],
      },
      expect.objectContaining({ SetIdentifier: 'gcp/europe-west1/cloud-run', Weight: 40 }),
    ]);
  });

  it('with a target that stands by is a failover record: what serves, and the standby', () => {
    const nothing = route('azure/westeurope/container-apps', 'https://web.azurecontainerapps.io', 0);
    expect(recordsOf(split(ecs, run, nothing), zone, new Map())).toHaveLength(2);
    const idle = { ...nothing, standby: true as const };
    const name = 'web.shop.apps.example.com.';
    const alias = (to: string) => ({
      AliasTarget: { HostedZoneId: 'Z1', DNSName: to, EvaluateTargetHealth: true },
    });
    expect(recordsOf(split(ecs, run, idle), zone, new Map([[idle.target, 'check-3']]))).toMatchObject([
      { Name: `_serving.${name}`, SetIdentifier: ecs.target, Weight: 60 },
      { Name: `_serving.${name}`, SetIdentifier: run.target, Weight: 40 },
      { Name: `_standby.${name}`, SetIdentifier: idle.target, Weight: 1, HealthCheckId: 'check-3' },
      { Name: name, Type: 'CNAME', Failover: 'PRIMARY', ...alias(`_serving.${name}`) },
      { Name: name, Type: 'CNAME', Failover: 'SECONDARY', ...alias(`_standby.${name}`) },
    ]);
    expect(recordsOf(split(idle), zone, new Map())).toEqual([]);
  });

  it('of addresses is made of A records', () => {
    const [record] = recordsOf(
      split(route('azure/westeurope/container-instances', 'tcp://20.1.2.3:5432', 100)),
      zone,
      new Map(),
    );
    expect(record).toMatchObject({ Type: 'A', ResourceRecords: [{ Value: '20.1.2.3' }] });
  });

  it('cannot be made of names and addresses at once, nor of what is neither', () => {
    const address = route('azure/westeurope/container-instances', 'http://20.1.2.3', 40);
    expect(() => recordsOf(split(ecs, address), zone, new Map())).toThrow(MixedEndpoints);
    expect(() => recordsOf(split(route('aws/eu-west-1/fargate', 'http://[::1]:80', 100)), zone, new Map())).toThrow(
      NotANameOrAddress,
    );
    expect(() => recordsOf(split(route('aws/eu-west-1/fargate', 'nonsense', 100)), zone, new Map())).toThrow(
      NotANameOrAddress,
    );
  });

  it('replaces what stands in one batch', () => {
    const before = [...recordsOf(split(ecs), zone, new Map()), markOf(split(ecs), zone)];
    const changes = changesTo({ ...split(run), sequence: 8 }, before, zone);
    expect(changes.map(({ Action, ResourceRecordSet: set }) => `${Action} ${set?.SetIdentifier ?? set?.Type}`)).toEqual(
      ['DELETE aws/eu-west-1/fargate', 'DELETE TXT', 'CREATE gcp/europe-west1/cloud-run', 'CREATE TXT'],
    );
  });
});

describe('the mark', () => {
  it('tells the split again, however long and whatever is in it', () => {
    const many = Array.from({ length: 40 }, (_, i) => route(`aws/r-${i}/fargate`, `https://a"b\\c-${i}.example`, i));
    for (const each of [split(), split(ecs, run), split(...many), { ...split(), removed: true as const }]) {
      expect(readMark(markOf(each, zone), zone)).toEqual(each);
    }
  });

  it('is told from the records of others', () => {
    expect(readMark({ Name: '_acme-challenge.apps.example.com.', Type: 'TXT' }, zone)).toBeUndefined();
    expect(
      readMark({ ...markOf(split(ecs), zone), Name: '_homeostasis.web.shop.other.example.' }, zone),
    ).toBeUndefined();
  });
});
