import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf, partitionOf, shortName, targetGroupName } from './names.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/);
const target = fc.constantFrom('aws/eu-west-1/fargate', 'aws/eu-west-1/ecs-ec2', 'aws/us-east-1/fargate');
const identity = fc.record({ application: name, service: name, target });

describe('names', () => {
  it('are ones that ECS and ELBv2 take, whatever the identity', () => {
    fc.assert(
      fc.property(identity, fc.integer({ min: 1, max: 65_535 }), (of, port) => {
        const names = namesOf(of);
        expect(names.service).toMatch(/^[a-z0-9-]{1,255}$/);
        expect(names.express).toMatch(/^[a-z0-9-]{1,255}$/);
        expect(names.balancer).toMatch(/^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/);
        expect(targetGroupName(names, port)).toMatch(/^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/);
      }),
    );
  });

  it('differ where identities differ, and only there', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const same = a.application === b.application && a.service === b.service && a.target === b.target;
        expect(namesOf(a).service === namesOf(b).service).toBe(same);
        expect(namesOf(a).balancer === namesOf(b).balancer).toBe(same);
      }),
    );
  });

  it('are not fooled by where the hyphen falls', () => {
    const at = { target: 'aws/eu-west-1/fargate' };
    const one = namesOf({ ...at, application: 'shop', service: 'web-api' });
    const other = namesOf({ ...at, application: 'shop-web', service: 'api' });
    expect(one.service).not.toBe(other.service);
    expect(one.service).toMatch(/^shop-web-api-/);
  });

  it('a balancer of a service called "internal" does not begin with the prefix that ELBv2 keeps for itself', () => {
    const { balancer } = namesOf({ application: 'internal', service: 'api', target: 'aws/eu-west-1/fargate' });
    expect(balancer.startsWith('internal-')).toBe(false);
  });

  it.each([
    ['arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7', 'web:7'],
    ['arn:aws:ecs:eu-west-1:123456789012:service/homeostasis/web', 'web'],
    ['web', 'web'],
  ])('the short name of %s is %s', (arn, short) => expect(shortName(arn)).toBe(short));

  it.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('%s is in partition %s', (region, partition) => expect(partitionOf(region)).toBe(partition));
});
