import { describe, expect, it } from 'vitest';
import { clientOptions } from './client-options.ts';
import { DefaultAuth } from './default-auth.ts';
import { settingsFrom, type Environment } from './environment.ts';
import { parseSettings, withDefaults } from './settings.ts';

const least: Environment = {
  HOMEOSTASIS_GCP_PROJECT: 'demo-project',
};

describe('environment', () => {
  it('needs a project', () => {
    expect(settingsFrom(least)).toEqual({ project: 'demo-project', public: true, remoteRepositories: {} });
  });

  it('tells everything else', () => {
    const settings = settingsFrom({
      ...least,
      HOMEOSTASIS_GCP_REGIONS: 'europe-west1, us-east1',
      HOMEOSTASIS_GCP_TRANSPORT: 'rest',
      HOMEOSTASIS_GCP_PUBLIC: 'false',
      HOMEOSTASIS_GCP_ENDPOINT: 'https://run.internal:8443',
      HOMEOSTASIS_GCP_REMOTE_REPOSITORIES: 'ghcr.io=europe-docker.pkg.dev/p/ghcr,quay.io=europe-docker.pkg.dev/p/quay',
    });
    expect(settings).toEqual({
      project: 'demo-project',
      regions: ['europe-west1', 'us-east1'],
      transport: 'rest',
      public: false,
      endpoint: 'https://run.internal:8443',
      remoteRepositories: { 'ghcr.io': 'europe-docker.pkg.dev/p/ghcr', 'quay.io': 'europe-docker.pkg.dev/p/quay' },
    });
  });

  it.each<[Environment, RegExp]>([
    [{ HOMEOSTASIS_GCP_PROJECT: '' }, /HOMEOSTASIS_GCP_PROJECT is missing/],
    [{ HOMEOSTASIS_GCP_PUBLIC: 'yes' }, /HOMEOSTASIS_GCP_PUBLIC is "yes"; allowed: true, false/],
    [{ HOMEOSTASIS_GCP_TRANSPORT: 'carrier-pigeon' }, /transport/],
    [{ HOMEOSTASIS_GCP_REMOTE_REPOSITORIES: 'ghcr.io' }, /holds "ghcr.io"; expected host=repository/],
  ])('%j is named', (changed, text) => {
    expect(() => settingsFrom({ ...least, ...changed })).toThrow(text);
  });
});

describe('settings', () => {
  it('refuse a key nobody knows', () => {
    expect(() => parseSettings({ project: 'p', regoins: [] })).toThrow(/Google Cloud settings/);
    expect(() => parseSettings({})).toThrow(TypeError);
  });

  it('lead to Google over gRPC unless they say otherwise', () => {
    const own = expect.any(DefaultAuth) as unknown;
    expect(clientOptions(withDefaults({ project: 'p' }))).toEqual({ projectId: 'p', fallback: false, authClient: own });
    expect(clientOptions(withDefaults({ project: 'p', endpoint: 'https://run.internal', transport: 'rest' }))).toEqual({
      projectId: 'p',
      fallback: true,
      apiEndpoint: 'run.internal',
      port: 443,
      authClient: own,
    });
  });

  it('take host:port for TLS', () => {
    const options = clientOptions(withDefaults({ project: 'p', endpoint: 'europe-west1-run.googleapis.com:443' }));
    expect(options).toEqual({
      projectId: 'p',
      fallback: false,
      apiEndpoint: 'europe-west1-run.googleapis.com',
      port: 443,
      authClient: expect.any(DefaultAuth) as unknown,
    });
  });

  it('never bring credentials of the environment over plain HTTP', () => {
    for (const transport of ['rest', 'grpc'] as const) {
      const options = clientOptions(withDefaults({ project: 'p', endpoint: 'http://127.0.0.1:8085', transport }));
      expect(options).toMatchObject({ apiEndpoint: '127.0.0.1', port: 8085 });
      expect((options.authClient as object).constructor.name).toBe('PassThroughClient');
    }
  });

  it.each(['run.googleapis.com', 'ftp://x', ''])('refuse %j as an endpoint', (endpoint) => {
    expect(() => clientOptions(withDefaults({ project: 'p', endpoint }))).toThrow(/expected a URL/);
  });
});

describe('credentials of the environment', () => {
  it('fail the call that needs them, every time, and nothing else', async () => {
    const before = process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = '/nowhere/credentials.json';
    try {
      const auth = new DefaultAuth();
      await expect(auth.getRequestHeaders()).rejects.toThrow('/nowhere/credentials.json');
      await expect(auth.getAccessToken()).rejects.toThrow('/nowhere/credentials.json');
    } finally {
      if (before === undefined) delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
      else process.env['GOOGLE_APPLICATION_CREDENTIALS'] = before;
    }
  });
});
