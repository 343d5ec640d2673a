import { describe, expect, it } from 'vitest';
import type { Split } from '../../ports/traffic-router.ts';
import { changesTo, markOf, MixedEndpoints, NotANameOrAddress, readMark, weightedRecords } from './records.ts';

const zone = { id: 'Z1', name: 'apps.example.com', ttlSeconds: 30 };
const route = (target: string, endpoint: string, weight: number) => ({ target, endpoint, weight });
const split = (...routes: Split['routes']): Split => ({ application: 'shop', service: 'web', sequence: 7, routes });
const ecs = route('aws/eu-west-1/fargate', 'https://web.ecs.eu-west-1.on.aws', 60);
const run = route('gcp/europe-west1/cloud-run', 'https://web-abc.a.run.app/', 40);

describe('a split as records', () => {
  it('is a weighted record for each target that gets traffic', () => {
    const idle = route('azure/westeurope/container-apps', 'https://web.azurecontainerapps.io', 0);
    expect(weightedRecords(split(ecs, run, idle), zone)).toEqual([
      {
        Name: 'web.shop.apps.example.com.',
        Type: 'CNAME',
        SetIdentifier: 'aws/eu-west-1/fargate',
        Weight: 60,
        TTL: 30,
        ResourceRecords: [{ Value: 'web.ecs.eu-west-1.on.aws' }],
      },
      expect.objectContaining({ SetIdentifier: 'gcp/europe-west1/cloud-run', Weight: 40 }),
    ]);
  });

  it('of addresses is made of A records', () => {
    const [record] = weightedRecords(
      split(route('azure/westeurope/container-instances', 'tcp://20.1.2.3:5432', 100)),
      zone,
    );
    expect(record).toMatchObject({ Type: 'A', ResourceRecords: [{ Value: '20.1.2.3' }] });
  });

  it('cannot be made of names and addresses at once, nor of what is neither', () => {
    const address = route('azure/westeurope/container-instances', 'http://20.1.2.3', 40);
    expect(() => weightedRecords(split(ecs, address), zone)).toThrow(MixedEndpoints);
    expect(() => weightedRecords(split(route('aws/eu-west-1/fargate', 'http://[::1]:80', 100)), zone)).toThrow(
      NotANameOrAddress,
    );
    expect(() => weightedRecords(split(route('aws/eu-west-1/fargate', 'nonsense', 100)), zone)).toThrow(
      NotANameOrAddress,
    );
  });

  it('replaces what stands in one batch', () => {
    const before = [...weightedRecords(split(ecs), zone), markOf(split(ecs), zone)];
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
