import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import type { AppPlan } from './plan-app.ts';
import { labelled, type GroupPlan } from './plan-groups.ts';
import { planOf } from './plan.ts';
import type { AzureSettings } from './settings.ts';
import { differences, parseShape, spellShape } from './shape.ts';
import { fromTags, toTags } from './tags.ts';

const settings: AzureSettings = {
  subscription: '00000000-0000-4000-8000-000000000001',
  resourceGroup: 'shop',
  regions: ['westeurope'],
  keyVaultUrl: 'https://shop.vault.azure.net/',
};

const workload: Workload = {
  image: 'ghcr.io/example/web:1',
  replicas: 2,
  cpuMillicores: 500,
  memoryMib: 1024,
  env: { MODE: 'live' },
  secrets: [],
  ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
  volumes: [],
  requestDriven: true,
  spot: false,
  hints: {},
};

const command = (change: Partial<Workload> = {}, runtime = 'container-apps'): ApplyCommand => ({
  application: 'shop',
  service: 'web',
  target: `azure/westeurope/${runtime}`,
  generation: 3,
  tier: 'standard',
  specHash: 'abcdef0123456789',
  workload: { ...workload, ...change },
});

const app = (change: Partial<Workload> = {}, more: Partial<AzureSettings> = {}) =>
  (planOf(command(change), { ...settings, ...more }) as AppPlan).body;
const groups = (change: Partial<Workload> = {}, more: Partial<AzureSettings> = {}) =>
  planOf(command(change, 'container-instances'), { ...settings, ...more }) as GroupPlan;

describe('a container app', () => {
  it('is the whole deployment', () => {
    expect(planOf(command(), settings)).toMatchInlineSnapshot(`
      {
        "body": {
          "configuration": {
            "activeRevisionsMode": "Single",
            "ingress": {
              "allowInsecure": false,
              "external": true,
              "targetPort": 8080,
              "traffic": [
                {
                  "latestRevision": true,
                  "weight": 100,
                },
              ],
              "transport": "http",
            },
          },
          "environmentId": "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/shop/providers/Microsoft.App/managedEnvironments/homeostasis-westeurope",
          "location": "westeurope",
          "tags": {
            "homeostasis-application": "shop",
            "homeostasis-generation": "3",
            "homeostasis-replicas": "2",
            "homeostasis-service": "web",
            "homeostasis-shape": "image=#fdef1c85;command=#1cbafc93;env=#fe446c26;cpu=500;memory=1024;port=8080/http/public",
            "homeostasis-spec-hash": "abcdef0123456789",
            "homeostasis-target": "azure/westeurope/container-apps",
            "managed-by": "homeostasis",
          },
          "template": {
            "containers": [
              {
                "env": [
                  {
                    "name": "MODE",
                    "value": "live",
                  },
                ],
                "image": "ghcr.io/example/web:1",
                "name": "main",
                "resources": {
                  "cpu": 0.5,
                  "memory": "1Gi",
                },
              },
            ],
            "scale": {
              "maxReplicas": 2,
              "minReplicas": 2,
            },
          },
          "workloadProfileName": "Consumption",
        },
        "kind": "app",
        "name": "shop-web-axsuy716",
        "region": "westeurope",
      }
    `);
  });

  it('speaks HTTP/2 for gRPC, and plain HTTP only when told to', () => {
    const grpc = app({ ports: [{ name: 'grpc', port: 50051, protocol: 'GRPC' }] }).configuration?.ingress;
    expect(grpc).toMatchObject({ transport: 'http2', targetPort: 50051, allowInsecure: false });
    expect(app({}, { endpointScheme: 'http' }).configuration?.ingress).toMatchObject({ allowInsecure: true });
  });

  it('opens its first port to the internet and the others inside the environment', () => {
    const ports: Workload['ports'] = [...workload.ports, { name: 'admin', port: 9090, protocol: 'HTTP' }];
    expect(app({ ports }).configuration?.ingress).toMatchObject({
      targetPort: 8080,
      external: true,
      additionalPortMappings: [{ external: false, targetPort: 9090, exposedPort: 9090 }],
    });
  });

  it('runs exactly as many replicas as commanded; at zero nothing may wake it', () => {
    expect(app({ replicas: 3 }).template?.scale).toEqual({ minReplicas: 3, maxReplicas: 3 });
    const zero = app({ replicas: 0 });
    expect(zero.template?.scale).toEqual({ minReplicas: 0, maxReplicas: 1 });
    expect(zero.configuration?.ingress).toBeUndefined();
  });

  const identity =
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader';

  it('reads secrets from Key Vault with an identity', () => {
    const secrets = [
      { env: 'TOKEN', secret: 'shop-token' },
      { env: 'SAME', secret: 'shop-token' },
    ];
    const body = app({ secrets }, { identity });
    expect(body.configuration?.secrets).toEqual([
      {
        name: expect.stringMatching(/^kv-/) as string,
        keyVaultUrl: 'https://shop.vault.azure.net/secrets/shop-token',
        identity,
      },
    ]);
    expect(body.identity).toEqual({ type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } });
    const [, token] = body.template?.containers?.[0]?.env ?? [];
    expect(token).toEqual({ name: 'TOKEN', secretRef: body.configuration?.secrets?.[0]?.name });
    const own = app({ secrets, hints: { azure: { identity: '/own' } } }, { identity });
    expect(own.configuration?.secrets).toMatchObject([{ identity: '/own' }]);
  });

  const version = '0123456789abcdef0123456789abcdef';
  it.each([
    [{ secret: 'shop/token' }, 'shop-token'],
    [{ secret: 'shop/token', key: 'value' }, 'shop-token-value'],
    [{ secret: 'shop_db', key: 'user.name' }, 'shop-db-user-name'],
    [{ secret: `shop-token/${version}` }, `shop-token/${version}`],
    [{ secret: `shop/token/${version}`, key: 'value' }, `shop-token-value/${version}`],
  ])('finds %j in Key Vault as %s', (ref, path) => {
    const body = app({ secrets: [{ env: 'A', ...ref }] }, { identity });
    expect(body.configuration?.secrets?.[0]?.keyVaultUrl).toBe(`https://shop.vault.azure.net/secrets/${path}`);
  });

  it('keeps two keys of one secret apart', () => {
    const secrets = ['user', 'password'].map((key) => ({ env: key, secret: 'shop/db', key }));
    const names = app({ secrets }, { identity }).configuration?.secrets?.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
  });

  it('waits for a slow start with a startup probe, because probes themselves wait 60 s at most', () => {
    const healthCheck = {
      path: '/h',
      port: 8080,
      intervalSeconds: 300,
      timeoutSeconds: 3,
      failureThreshold: 3,
      initialDelaySeconds: 600,
    };
    const probesOf = (delay: number) =>
      app({ healthCheck: { ...healthCheck, initialDelaySeconds: delay } }).template?.containers?.[0]?.probes ?? [];
    const [startup, readiness] = probesOf(600);
    expect(startup).toMatchObject({ type: 'Startup', periodSeconds: 60, failureThreshold: 10 });
    expect(readiness).toMatchObject({ type: 'Readiness', periodSeconds: 240 });
    expect(readiness).not.toHaveProperty('initialDelaySeconds');
    const [first] = probesOf(60);
    expect(first).toMatchObject({ type: 'Readiness', initialDelaySeconds: 60 });
    // The longest there is: ten tries of four minutes.
    const [hour] = probesOf(3600);
    expect(hour).toMatchObject({ type: 'Startup', periodSeconds: 240, failureThreshold: 10 });
  });

  it('pulls from a private registry with the identity', () => {
    const body = app({ image: 'shop.azurecr.io/web:1' }, { registries: ['shop.azurecr.io'], identity: '/id' });
    expect(body.configuration?.registries).toEqual([{ server: 'shop.azurecr.io', identity: '/id' }]);
    expect(app({}, { registries: ['shop.azurecr.io'], identity: '/id' }).configuration?.registries).toBeUndefined();
  });

  it('takes an environment and a profile from elsewhere', () => {
    const id = '/subscriptions/x/resourceGroups/net/providers/Microsoft.App/managedEnvironments/shared';
    const body = app({ hints: { azure: { workloadProfile: 'D4' } } }, { environments: { westeurope: id } });
    expect(body).toMatchObject({ environmentId: id, workloadProfileName: 'D4' });
  });
});

describe('container groups', () => {
  it('are alike, one per replica', () => {
    expect(groups()).toMatchInlineSnapshot(`
      {
        "base": "shop-web-4lm4v4hl",
        "body": {
          "containers": [
            {
              "environmentVariables": [
                {
                  "name": "MODE",
                  "value": "live",
                },
              ],
              "image": "ghcr.io/example/web:1",
              "name": "main",
              "ports": [
                {
                  "port": 8080,
                  "protocol": "TCP",
                },
              ],
              "resources": {
                "requests": {
                  "cpu": 0.5,
                  "memoryInGB": 1,
                },
              },
            },
          ],
          "ipAddress": {
            "ports": [
              {
                "port": 8080,
                "protocol": "TCP",
              },
            ],
            "type": "Public",
          },
          "location": "westeurope",
          "osType": "Linux",
          "restartPolicy": "Always",
        },
        "kind": "groups",
        "marks": {
          "application": "shop",
          "generation": 3,
          "replicas": 2,
          "service": "web",
          "shape": {
            "command": "#4f53cda1",
            "cpu": "500",
            "env": "#fe446c26",
            "image": "#fdef1c85",
            "memory": "1024",
            "port": "8080/HTTP",
          },
          "specHash": "abcdef0123456789",
          "target": "azure/westeurope/container-instances",
        },
        "region": "westeurope",
      }
    `);
    expect(groups({ ports: [] }).body.ipAddress).toBeUndefined();
  });

  it('get a stable DNS name that nobody else can take over', () => {
    expect(labelled(groups().body, 'shop-web-a0').ipAddress).toMatchObject({
      dnsNameLabel: 'shop-web-a0',
      autoGeneratedDomainNameLabelScope: 'ResourceGroupReuse',
    });
  });

  it.each([
    [1024, 1],
    [1536, 1.5],
    [1100, 1.1],
    [512, 0.5],
    [3000, 3],
  ])('%i MiB are rounded up to %d GB, in tenths', (memoryMib, expected) => {
    expect(groups({ memoryMib }).body.containers[0]?.resources.requests.memoryInGB).toBe(expected);
  });
});

const ports = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `p${index}`, port: 8080 + index, protocol: 'HTTP' as const }));

const refused: readonly (readonly [string, Partial<Workload>, string, RegExp])[] = [
  [
    'TCP on a container app',
    { ports: [{ name: 'db', port: 5432, protocol: 'TCP' }] },
    'container-apps',
    /container-instances/,
  ],
  ['a secret nobody may read', { secrets: [{ env: 'A', secret: 'a' }] }, 'container-apps', /set identity/],
  ['more ports than an app has', { ports: ports(7) }, 'container-apps', /7 ports.*at most 6/],
  ['more ports than a group has', { ports: ports(6) }, 'container-instances', /6 ports.*at most 5/],
  ['a large volume', { volumes: [{ name: 'd', mountPath: '/d', sizeGib: 9 }] }, 'container-apps', /8 GiB/],
  [
    'a secret on container instances',
    { secrets: [{ env: 'A', secret: 'a' }] },
    'container-instances',
    /container-apps/,
  ],
  ['a larger volume', { volumes: [{ name: 'd', mountPath: '/d', sizeGib: 51 }] }, 'container-instances', /50 GiB/],
  ['arguments alone', { args: ['--fast'] }, 'container-instances', /give both/],
  ['an unknown runtime', {}, 'aks', /no runtime "aks"/],
];

describe('refusals', () => {
  it.each(refused)('%s', (_, change, runtime, words) => {
    const plan = () => planOf(command(change, runtime), settings);
    expect(plan).toThrow(InvalidSpec);
    expect(plan).toThrow(words);
  });

  it('secrets without a vault name the setting', () => {
    const { keyVaultUrl: _, ...bare } = settings;
    expect(() => planOf(command({ secrets: [{ env: 'A', secret: 'shop' }] }), bare)).toThrow(/keyVaultUrl/);
  });

  it('a secret whose name Key Vault cannot hold', () => {
    const secrets = [{ env: 'A', secret: 'a'.repeat(100), key: 'b'.repeat(100) }];
    expect(() => app({ secrets }, { identity: '/id' })).toThrow(/at most 127 characters/);
  });

  it.each(['container-apps', 'container-instances'])('a private registry without an identity, on %s', (runtime) => {
    const image = 'shop.azurecr.io/web:1';
    const plan = () => planOf(command({ image }, runtime), { ...settings, registries: ['shop.azurecr.io'] });
    expect(plan).toThrow(InvalidSpec);
    expect(plan).toThrow(/shop\.azurecr\.io, but no identity/);
  });
});

describe('tags', () => {
  it('tell everything that was put in, within what Azure keeps', () => {
    const { marks } = groups();
    const tags = toTags({ ...marks, span: 4 });
    expect(fromTags(tags)).toEqual({
      identity: { application: 'shop', service: 'web', target: marks.target },
      generation: 3,
      specHash: marks.specHash,
      replicas: 2,
      shape: marks.shape,
      span: 4,
    });
    for (const [name, value] of Object.entries(tags)) {
      expect(name).toMatch(/^[^<>%&\\?/]{1,512}$/);
      expect(value.length).toBeLessThanOrEqual(256);
    }
  });

  it('that somebody spoiled are read as far as they go', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(toTags(groups().marks))), fc.string()), (tags) => {
        const found = fromTags(tags);
        expect(found.generation === undefined || Number.isSafeInteger(found.generation)).toBe(true);
      }),
    );
  });
});

describe('shape', () => {
  it('comes back from its spelling', () => {
    const { shape } = groups().marks;
    expect(parseShape(spellShape(shape))).toEqual(shape);
    expect(differences(shape, parseShape(spellShape(shape)))).toEqual([]);
  });

  it('names each field that differs and hides what is behind a hash', () => {
    const before = groups().marks.shape;
    const after = groups({ image: 'ghcr.io/example/web:2', env: { MODE: 'secret' }, memoryMib: 2048 }).marks.shape;
    expect(differences(before, after)).toEqual([
      'image differs from the command',
      'env differs from the command',
      'memory: 2048 found, 1024 commanded',
    ]);
    expect(differences({}, after)).toEqual(['tag homeostasis-shape is missing or unreadable']);
  });

  it('does not depend on the order of the environment', () => {
    const one = app({ env: { A: '1', B: '2' } }).tags;
    const other = app({ env: { B: '2', A: '1' } }).tags;
    expect(one).toEqual(other);
  });
});
