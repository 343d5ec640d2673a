import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupName, groupPlace, normaliseRegion, resourceName } from './names.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/);
const identity = fc.record({
  application: name,
  service: name,
  target: fc.constantFrom('azure/westeurope/container-apps', 'azure/eastus/container-instances'),
});

describe('resource names', () => {
  it('fit what Container Apps and Container Instances allow, whatever the service is called', () => {
    fc.assert(
      fc.property(identity, fc.integer({ min: 0, max: 999 }), (of, index) => {
        const base = resourceName(of);
        expect(base).toMatch(/^[a-z][-a-z0-9]{0,30}[a-z0-9]$/);
        expect(base).not.toContain('--');
        const group = groupName(base, 'b', index);
        expect(group).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(groupPlace(group)).toEqual({ base, slot: 'b', index });
      }),
      { numRuns: 500 },
    );
  });

  it('are the same for the same identity and differ for others that read alike', () => {
    const target = 'azure/westeurope/container-apps';
    const first = resourceName({ application: 'shop', service: 'web-api', target });
    expect(first).toBe(resourceName({ application: 'shop', service: 'web-api', target }));
    expect(first).toMatch(/^shop-web-api-[0-9a-z]{8}$/);
    expect(first).not.toBe(resourceName({ application: 'shop-web', service: 'api', target }));
    expect(first).not.toBe(
      resourceName({ application: 'shop', service: 'web-api', target: 'azure/northeurope/container-apps' }),
    );
  });

  it('do not change: resources are found again by them', () => {
    const target = 'azure/westeurope/container-instances';
    expect(resourceName({ application: 'shop', service: 'web', target })).toMatchInlineSnapshot(`"shop-web-4lm4v4hl"`);
    expect(resourceName({ application: '1shop', service: 'a--b', target })).toMatchInlineSnapshot(
      `"h1shop-a-b-5vfszkm0"`,
    );
  });

  it('of strangers are not taken for ours', () => {
    for (const stranger of ['shop', 'shop-web', 'shop-c0', 'shop-a', 'shop-a12345'])
      expect(groupPlace(stranger)).toBeUndefined();
  });
});

it('a region has one spelling', () => {
  expect(normaliseRegion('West Europe')).toBe('westeurope');
  expect(normaliseRegion('eastus2')).toBe('eastus2');
});
