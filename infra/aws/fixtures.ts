import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubFunction } from '../functions.ts';
import type { HubOptions } from './options.ts';

/** A hub with everything that it can have. */
export const options: HubOptions = {
  name: 'homeostasis',
  issuers: [
    { name: 'github', url: 'https://token.actions.githubusercontent.com', audiences: ['homeostasis'] },
    { name: 'people', url: 'https://login.example.com', audiences: ['homeostasis'] },
  ],
  zone: { id: 'Z1', name: 'apps.example.com' },
  remote: {
    azure: { url: 'https://f.azurewebsites.net', audience: 'api://f', tenant: 't', client: 'c' },
    gcp: {
      url: 'https://f.a.run.app',
      audience: 'https://f.a.run.app',
      provider: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      serviceAccount: 's@p.iam.gserviceaccount.com',
    },
  },
  secrets: { ingress: ['prod/homeostasis/hooks'], monitor: ['prod/prometheus'], cost: ['prod/finops'] },
  cost: {
    ...{ sweepHours: 12, priceRefreshHours: 24, awsPrices: true },
    bills: [
      { name: 'exports', kind: 's3', bucket: 'bills', prefix: 'focus/', region: 'us-east-1' },
      { name: 'explorer', kind: 'cost-explorer', account: '123456789012' },
      { name: 'azure', kind: 'azure-blob', url: 'https://bills.blob.core.windows.net', container: 'focus' },
    ],
  },
  deployerAws: { cluster: 'homeostasis', roles: { execution: 'arn:aws:iam::123456789012:role/execution' } },
};

export const account = '123456789012';

/** A folder with `functions/<name>/index.mjs` of each; nothing but their names counts for a template. */
export function packagesOf(functions: readonly HubFunction[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-hub-'));
  for (const { name } of functions) {
    mkdirSync(join(folder, 'functions', name), { recursive: true });
    writeFileSync(join(folder, 'functions', name, 'index.mjs'), 'export const handler = () => {};\n');
  }
  return folder;
}
