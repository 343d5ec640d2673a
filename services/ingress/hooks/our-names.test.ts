import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf, targetGroupName } from '../../deployer-aws/names.ts';
import { groupName, resourceName } from '../../deployer-azure/names.ts';
import { resourceId } from '../../deployer-gcp/names.ts';
import { resourceKeys, resourceNamesOf } from './our-names.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/);

describe('names of resources that our deployers make', () => {
  it('are known again, whatever the service is called', () => {
    fc.assert(
      fc.property(name, name, (application, service) => {
        const aws = { application, service, target: 'aws/eu-west-1/fargate' };
        const own = namesOf(aws);
        const known = new Set(resourceNamesOf(aws));
        for (const each of [own.service, own.express, own.balancer, targetGroupName(own, 8080)]) {
          expect(resourceKeys([each], { cloud: 'aws' }).some((key) => known.has(key))).toBe(true);
        }
        const azure = { application, service, target: 'azure/westeurope/container-apps' };
        const base = resourceName(azure);
        for (const each of [base, groupName(base, 'b', 3)]) {
          expect(resourceKeys([each], { cloud: 'azure' }).some((key) => resourceNamesOf(azure).includes(key))).toBe(
            true,
          );
        }
        const gcp = { application, service, target: 'gcp/europe-west1/cloud-run' };
        expect(resourceNamesOf(gcp)).toEqual(resourceKeys([resourceId(gcp)], { cloud: 'gcp', region: 'europe-west1' }));
      }),
    );
  });

  it('are of one place only', () => {
    const here = { application: 'shop', service: 'web', target: 'aws/eu-west-1/fargate' };
    const there = { ...here, target: 'aws/us-east-1/fargate' };
    expect(resourceNamesOf(here).filter((each) => resourceNamesOf(there).includes(each))).toEqual([]);
    const google = { ...here, target: 'gcp/europe-west1/cloud-run' };
    expect(resourceKeys(['shop-web'], { cloud: 'gcp', region: 'us-central1' })).not.toContain(
      resourceNamesOf(google)[0],
    );
  });

  it('are of no cloud that nobody knows', () => {
    expect(resourceNamesOf({ application: 'shop', service: 'web', target: 'private/home/docker' })).toEqual([]);
    expect(resourceKeys(['shop-web'], undefined)).toEqual([]);
  });
});
