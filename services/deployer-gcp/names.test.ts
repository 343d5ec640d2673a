import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetNotFound } from '../../shared/ports/cloud-target.ts';
import { placeOf, regionOf, resourceId, resourceName } from './names.ts';
import { withDefaults } from './settings.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/);
const settings = withDefaults({ project: 'demo-project', regions: ['europe-west1'] });

describe('resource ids', () => {
  it('are readable where two names can only be one pair', () => {
    expect(resourceId({ application: 'shop', service: 'web' })).toBe('shop-web');
  });

  it('tell apart what a hyphen would join', () => {
    const ids = [
      resourceId({ application: 'shop', service: 'web-api' }),
      resourceId({ application: 'shop-web', service: 'api' }),
    ];
    expect(ids).toEqual([
      expect.stringMatching(/^shop-web-api-[0-9a-f]{10}$/),
      expect.stringMatching(/^shop-web-api-[0-9a-f]{10}$/),
    ]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('keep Cloud Run’s rule for every pair of names', () => {
    fc.assert(
      fc.property(name, name, (application, service) => {
        expect(resourceId({ application, service })).toMatch(/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/);
      }),
    );
  });

  it('never meet', () => {
    // Few letters, so that pairs of the same spelling are likely.
    const near = fc.stringMatching(/^[a1](-[a1]){0,3}$/);
    fc.assert(
      fc.property(near, near, near, near, (application, service, other, second) => {
        fc.pre(application !== other || service !== second);
        expect(resourceId({ application, service })).not.toBe(resourceId({ application: other, service: second }));
      }),
    );
  });
});

describe('places', () => {
  it('spell full resource names', () => {
    const place = placeOf('gcp/europe-west1/cloud-run', settings);
    expect(resourceName('service', place, 'shop-web')).toBe(
      'projects/demo-project/locations/europe-west1/services/shop-web',
    );
    expect(regionOf(resourceName('workerPool', place, 'shop-web'))).toBe('europe-west1');
  });

  it.each([
    ['gcp/us-east1/cloud-run', /us-east1 is not among .* \(europe-west1\)/],
    ['gcp/europe-west1/gke-autopilot', /gke-autopilot is none of these/],
    ['aws/europe-west1/cloud-run', /is none of these/],
  ])('refuse %s', (target, text) => {
    expect(() => placeOf(target, settings)).toThrow(TargetNotFound);
    expect(() => placeOf(target, settings)).toThrow(text);
  });
});
