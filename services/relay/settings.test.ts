import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

const azure = { url: 'https://far.example/api/events', audience: 'api://far', tenant: 't', client: 'c' };
const gcp = {
  url: 'https://far.run.app',
  audience: 'https://far.run.app',
  provider: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/aws',
  serviceAccount: 'relay@p.iam.gserviceaccount.com',
};

describe('HOMEOSTASIS_RELAY', () => {
  it('leads to one cloud or to both', () => {
    expect(parseSettings(JSON.stringify({ azure, gcp }))).toEqual({ azure, gcp });
    expect(parseSettings(JSON.stringify({ gcp }))).toEqual({ gcp });
  });

  it.each([
    [undefined, /is not set: deploy the function/],
    ['', /is not set/],
    ['{', /is not JSON/],
    ['{}', /HOMEOSTASIS_RELAY/],
    [JSON.stringify({ azure: { ...azure, tenant: '' } }), /\/azure\/tenant/],
    [JSON.stringify({ azure: { ...azure, secret: 'x' } }), /\/azure/],
    [JSON.stringify({ gcp: { ...gcp, provider: 'https://iam' } }), /\/gcp\/provider/],
    [JSON.stringify({ gcp: { ...gcp, url: 'http://far.run.app' } }), /expected an https/],
    [JSON.stringify({ gcp: { ...gcp, url: 'far' } }), /expected an https/],
  ])('%j is refused', (text, message) => {
    expect(() => parseSettings(text)).toThrow(message);
  });
});
