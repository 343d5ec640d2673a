import { Type, type Static } from 'typebox';
import { presetNames, Weights } from './application-spec.ts';
import { CloudsConfig } from './config-clouds.ts';
import { closed, path, port, seconds, share, word } from './config-fields.ts';
import { CostConfig } from './config-cost.ts';
import { HooksConfig } from './config-hooks.ts';
import { HubConfig } from './config-hub.ts';
import { MonitorConfig } from './config-monitor.ts';
import { RecoveryConfig } from './config-recovery.ts';
import { RecoveryTargets } from './recovery-values.ts';
import { TargetId } from './values.ts';

const PlacementConfig = Type.Object(
  {
    preset: word(presetNames, 'Weights of the four factors, by name'),
    weights: Type.Optional(Weights),
    thresholds: Type.Optional(
      Type.Object(
        {
          cost: share('A standing service moves only for at least this share of its cost'),
          performance: share('… or for this share of its latency'),
        },
        closed,
      ),
    ),
    cooldownSeconds: seconds('A service that moved stays at least this long'),
    avoidSeconds: seconds('A target that failed a service is not tried again for it before this'),
    retryInitialSeconds: seconds(
      'What lost its place and found no other is tried again after this, then after twice as long',
    ),
    retryMaxSeconds: seconds('… up to this'),
    quotas: Type.Optional(
      Type.Record(TargetId, Type.Number({ minimum: 0, maximum: 1_000_000 }), {
        ...closed,
        description: "vCPUs by target (aws/eu-west-1/fargate), in place of the provider's default quota",
      }),
    ),
  },
  { ...closed, description: 'How services are placed' },
);

const TierConfig = Type.Optional(
  Type.Object(
    {
      replicas: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 100, description: 'Replicas of a service that states none' }),
      ),
      progressDeadlineSeconds: Type.Optional(
        Type.Integer({ minimum: 5, maximum: 86400, description: 'A revision not ready by then is rolled back' }),
      ),
      recovery: Type.Optional(RecoveryTargets),
    },
    closed,
  ),
);

const ServerConfig = Type.Object(
  {
    host: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Address to listen on' })),
    port: port('Port of the API and the console; 0 takes any'),
    gatewayPort: port('Port of the gateway to deployed services; 0 takes any'),
    dataFolder: path('Where records and the event log are kept'),
    tokenFile: path('File with the API token; by default one is made in the data folder, readable by its owner'),
  },
  { ...closed, description: 'The control plane on this machine' },
);

export const sandboxSpeeds = ['instant', 'fast', 'realistic'] as const;
export const sandboxWorkloads = ['auto', 'containers', 'process', 'none'] as const;

const SandboxConfig = Type.Object(
  {
    enabled: Type.Optional(
      Type.Boolean({
        description: 'Three local clouds instead of real ones; default true unless clouds are configured',
      }),
    ),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s/]+',
        maxLength: 2048,
        description:
          'Control URL of a sandbox that already runs (`node sandbox/main.ts --keep`), in place of one of our own',
      }),
    ),
    speed: word(sandboxSpeeds, 'How long things take there'),
    workloads: word(sandboxWorkloads, 'What runs: containers where there is an engine, else one process per replica'),
    ports: Type.Optional(
      Type.Object(
        {
          aws: port('0 takes any'),
          azure: port('0 takes any'),
          gcp: port('0 takes any'),
          gcpGrpc: port('0 takes any'),
          control: port('Of the faults API; 0 takes any'),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: 'The sandbox clouds' },
);

/** `homeostasis.yaml`. Everything has a default; secrets are never in it. */
export const Config = Type.Object(
  {
    clouds: Type.Optional(CloudsConfig),
    placement: Type.Optional(PlacementConfig),
    tiers: Type.Optional(
      Type.Object({ critical: TierConfig, standard: TierConfig, 'best-effort': TierConfig }, closed),
    ),
    monitor: Type.Optional(MonitorConfig),
    dr: Type.Optional(RecoveryConfig),
    cost: Type.Optional(CostConfig),
    hooks: Type.Optional(HooksConfig),
    hub: Type.Optional(HubConfig),
    server: Type.Optional(ServerConfig),
    sandbox: Type.Optional(SandboxConfig),
    traffic: Type.Optional(
      Type.Object(
        {
          urlTemplate: Type.Optional(
            Type.String({
              pattern: '^https?://[^\\s]*\\{service\\}',
              maxLength: 500,
              description: 'a URL with {service}, and optionally {application}: where services are reached',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'Homeostasis configuration', description: 'homeostasis.yaml' },
);
export type Config = Static<typeof Config>;
