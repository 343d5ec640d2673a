import { readFileSync } from 'node:fs';
import { onDemand } from '../../shared/adapters/on-demand.ts';
import { regions as catalogueRegions } from '../../shared/catalogue/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { CliError, exitCode } from '../exit.ts';
import type { SandboxEndpoints } from './sandbox-process.ts';
import { sandboxAws, sandboxAzure, sandboxCredential, sandboxGcp, sandboxKeys } from './sandbox-settings.ts';
import { wireDeployer } from './wire.ts';

export interface DeployersOptions {
  readonly settings: Settings;
  /** In place of the real clouds. */
  readonly sandbox: SandboxEndpoints | undefined;
  readonly bus: EventBus;
  readonly clock: Clock;
}

/** A deployer before its first event: its subscriptions are known and its settings checked, its cloud's SDK is not loaded. */
interface Deployer {
  readonly subscriptions: (target: CloudTarget) => readonly Handler[];
  readonly load: () => Promise<Loaded>;
}

interface Loaded {
  readonly target: CloudTarget;
  /** The function's own entry point, called as its cloud would call it. */
  readonly entry: (event: Envelope) => Promise<void>;
}

/**
 * Starts a deployer for each enabled cloud, in process, through its real entry point. A cloud's SDK is loaded with its first event:
 * three of them take longer than everything else, and a control plane that comes back should answer at once.
 * @throws CliError when something is missing that only a person can give.
 */
export async function startDeployers(options: DeployersOptions): Promise<void> {
  const { aws, azure, gcp } = options.settings.clouds;
  const enabled = await Promise.all([
    aws.enabled ? deployerAws(options) : undefined,
    azure.enabled ? deployerAzure(options) : undefined,
    gcp.enabled ? deployerGcp(options) : undefined,
  ]);
  for (const each of enabled) {
    if (each === undefined) continue;
    // A failure is not kept: the event that met it is tried again, and so is this.
    const loaded = onDemand(each.load);
    const target: CloudTarget = {
      apply: async (command) => (await loaded()).target.apply(command),
      observe: async (key) => (await loaded()).target.observe(key),
      remove: async (key) => (await loaded()).target.remove(key),
      list: async (region) => (await loaded()).target.list(region),
    };
    wireDeployer(each.subscriptions(target), async (event) => (await loaded()).entry(event), options.bus);
  }
}

async function deployerAws({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { handlers } = await import('../../services/deployer-aws/handlers.ts');
  const { parseSettings } = await import('../../services/deployer-aws/settings.ts');
  const { enabled: _, caFile, ...given } = settings.clouds.aws;
  const own = parseSettings({
    ...given,
    regions: given.regions ?? regionsOf('aws'),
    ...authority(caFile),
    ...(sandbox === undefined ? {} : sandboxAws(sandbox)),
  });
  return {
    subscriptions: handlers,
    load: async () => {
      const { createAwsApi, createMetrics, createTarget } = await import('../../services/deployer-aws/index.ts');
      const { createEntry } = await import('../../services/deployer-aws/main.entry.ts');
      const api = createAwsApi(own, sandbox === undefined ? {} : { credentials: sandboxKeys });
      const [target, metrics] = [createTarget(api, own), createMetrics(api, own)];
      return { target, entry: createEntry({ target, metrics, publish: (events) => bus.publish(events), clock }) };
    },
  };
}

async function deployerAzure({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { handlers } = await import('../../services/deployer-azure/handlers.ts');
  const { enabled: _, caFile, tenant, authorityHost, subscription, regions, ...given } = settings.clouds.azure;
  const own = {
    ...given,
    subscription: sandbox === undefined ? needed(subscription, 'clouds.azure.subscription') : '',
    regions: regions ?? regionsOf('azure'),
    ...authority(caFile),
    ...(sandbox === undefined ? {} : sandboxAzure(sandbox)),
  };
  return {
    subscriptions: handlers,
    load: async () => {
      const { createAzureApi, createMetrics, createMonitorApi, createTarget, defaultCredential } =
        await import('../../services/deployer-azure/index.ts');
      const { createEntry } = await import('../../services/deployer-azure/main.azure.ts');
      const signIn = {
        ...(tenant === undefined ? {} : { tenant }),
        ...(authorityHost === undefined ? {} : { authorityHost }),
        ...authority(caFile),
      };
      const credential = sandbox === undefined ? await defaultCredential(signIn) : sandboxCredential(clock);
      const api = createAzureApi(own, credential);
      const target = createTarget(api, own);
      const metrics = createMetrics(api, createMonitorApi(own, credential), own);
      return { target, entry: createEntry({ target, metrics, publish: (events) => bus.publish(events), clock }) };
    },
  };
}

async function deployerGcp({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { handlers } = await import('../../services/deployer-gcp/handlers.ts');
  const { enabled: _, endpointScheme: __, grpcEndpoint, project, regions, ...given } = settings.clouds.gcp;
  const own = {
    ...given,
    ...(given.transport === 'grpc' && grpcEndpoint !== undefined ? { endpoint: grpcEndpoint } : {}),
    project: sandbox === undefined ? needed(project, 'clouds.gcp.project') : '',
    regions: [...(regions ?? regionsOf('gcp'))],
    ...(sandbox === undefined ? {} : sandboxGcp(sandbox)),
  };
  return {
    subscriptions: handlers,
    load: async () => {
      const { createApi, createMetrics, createMonitoringApi, createTarget } =
        await import('../../services/deployer-gcp/index.ts');
      const { createEntry } = await import('../../services/deployer-gcp/main.gcp.ts');
      const target = createTarget(createApi(own), own);
      const metrics = createMetrics(createMonitoringApi(own), own);
      return { target, entry: createEntry({ target, metrics, publish: (events) => bus.publish(events), clock }) };
    },
  };
}

function regionsOf(cloud: string): string[] {
  return catalogueRegions()
    .filter((region) => region.cloud === cloud)
    .map(({ name }) => name);
}

function needed(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new CliError(
    exitCode.badInput,
    `${key} is needed to deploy to real clouds: set it in homeostasis.yaml, or disable the cloud`,
  );
}

function authority(file: string | undefined): { readonly ca?: string } {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new CliError(exitCode.badInput, `caFile ${file}: ${(error as Error).message}`);
  }
}
