import { describe, expect, it } from 'vitest';
import type { DocumentRef } from '../../../shared/contracts/values.ts';
import { resolveSettings } from '../../../shared/domain/settings/index.ts';
import { settingsFrom as placementSettings } from '../../placement/settings-from.ts';
import { settingsFrom } from '../settings-from.ts';
import { readAsked } from './gather.ts';

/** Documents under names of their own. */
const documents = (all: Readonly<Record<string, unknown>>) => ({
  get: <T>({ sha256 }: DocumentRef) => Promise.resolve(all[sha256] as T),
  put: () => Promise.reject(new Error('nothing is written here')),
});
const ref = (sha256: string): DocumentRef => ({ sha256, bytes: 1 });

describe('what an application asks for', () => {
  it('is what placement took it for: with the defaults of the configuration where the spec says nothing', async () => {
    const settings = resolveSettings({ tiers: { standard: { replicas: 3, progressDeadlineSeconds: 900 } } });
    const stated = { name: 'web', image: 'registry.example/web:1' };
    const metadata = { name: 'shop' };
    const spec = { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata, spec: { services: [stated] } };
    const all = { decision: { spec: ref('spec'), pages: [ref('page')] }, page: { services: [] }, spec };
    const ask = { application: 'shop', generation: 1, decision: ref('decision'), at: 0 };
    const asked = await readAsked(ask, 0, { documents: documents(all) }, settingsFrom(settings));
    expect(asked?.services.get('web')).toMatchObject({
      stated,
      service: { replicas: 3, strategy: { progressDeadlineSeconds: 900 } },
    });
    expect(settingsFrom(settings).tiers).toEqual(placementSettings(settings).tiers);
  });
});
